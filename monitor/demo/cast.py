"""Who and what plays in the demo: people, teams, repositories, and words for titles and comments."""

from __future__ import annotations

YOU = "plover"
ORGANIZATION = "acme"
PEOPLE = ("plover", "heron", "wren", "finch", "juniper", "sorrel", "teasel", "bramble", "lark")
BOTS = ("dependabot", "renovate")
TEAMS: dict[str, tuple[tuple[str, ...], str | None]] = {
    "acme/engineering": ((), None),
    "acme/platform": (("plover", "juniper", "teasel"), "acme/engineering"),
    "acme/payments": (("plover", "heron", "wren"), "acme/engineering"),
    "acme/frontend": (("finch", "sorrel", "lark"), "acme/engineering"),
    "acme/design": (("bramble", "lark"), None),
}
LABELS = ("bug", "feature", "security", "performance", "needs-docs", "breaking", "tech-debt", "urgent")
COMMENTS = (
    "Good catch, fixed in the next commit.",
    "Could we split this in two?",
    "I tried it locally and it works.",
    "Is there a test for the empty case?",
    "Rebased, should be green now.",
    "Let us talk about this one tomorrow.",
)


class Place:
    """A repository of the cast: what its pull requests touch, who owns which of it, and what its titles are about."""

    def __init__(
        self, name: str, first: int, paths: tuple[str, ...], codeowners: str, subjects: tuple[str, ...],
        private: bool = False,
    ) -> None:  # fmt: skip
        self.name, self.first, self.paths = name, first, paths
        self.codeowners, self.subjects, self.private = codeowners, subjects, private


PLACES = (
    Place(
        "payments-api", 799, ("api/refunds.py", "api/charges.py", "ledger/entries.py", "README.md"),
        "# who must see what\n/ledger/ @acme/payments\n*.md\n",
        ("refund webhooks", "idempotency keys", "the ledger export", "currency rounding", "charge retries"),
    ),
    Place(
        "checkout", 2288, ("src/cart.ts", "src/payment/card.ts", "src/payment/wallet.ts", "src/coupons.ts"),
        "/src/payment/ @plover @heron\n",
        ("the wallet button", "coupon stacking", "cart totals", "the address form", "guest checkout"),
    ),
    Place(
        "web", 5098, ("app/home.tsx", "app/search.tsx", "app/account.tsx", "styles/base.css"),
        "/styles/ @acme/design\n/app/account.tsx @lark\n",
        ("the search page", "lazy images", "the account menu", "focus outlines", "the cookie banner"),
    ),
    Place(
        "mobile", 1330, ("ios/Login.swift", "android/Login.kt", "shared/sync.ts"),
        "/shared/ @acme/platform\n",
        ("offline sync", "the login screen", "push notifications", "deep links", "crash on rotation"),
    ),
    Place(
        "infra", 404, ("terraform/db.tf", "terraform/cache.tf", "k8s/web.yaml", "k8s/worker.yaml"),
        "* @acme/platform\n",
        ("the database upgrade", "cache sizes", "worker autoscaling", "log retention", "the staging cluster"),
    ),
    Place(
        "docs", 58, ("guides/start.md", "guides/webhooks.md", "reference/api.md"),
        "/guides/ @plover\n",
        ("the getting started guide", "webhook examples", "API reference for refunds", "dead links"),
    ),
    Place(
        "design-system", 88, ("tokens/colour.json", "src/button.tsx", "src/table.tsx"),
        "/tokens/ @acme/design\n",
        ("button sizes", "dark tokens", "table density", "the date picker", "icon weights"),
    ),
    Place(
        "data-lake", 212, ("jobs/orders.sql", "jobs/events.sql", "pipelines/daily.py"),
        "/pipelines/ @teasel @plover\n",
        ("the orders job", "late events", "the daily pipeline", "partition pruning"), private=True,
    ),
)  # fmt: skip
VERBS = ("Add", "Fix", "Simplify", "Speed up", "Rework", "Remove", "Test", "Document", "Tidy up")
PACKAGES = ("axios", "django", "eslint", "react", "terraform-aws", "typescript", "urllib3", "vite")
