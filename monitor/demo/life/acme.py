"""The organization `acme`: its people, bots, teams and repositories, and the words of their titles and comments."""

from __future__ import annotations

from monitor.demo.world.repositories import Rules

VIEWER = "plover"
ORGANIZATION = "acme"
PEOPLE = ("plover", "heron", "wren", "finch", "juniper", "sorrel", "teasel", "bramble", "lark")
BOTS = ("dependabot", "renovate")
AGENT = "copilot-swe-agent"
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


class SampleRepository:
    """A repository of acme: what its pull requests change, who owns which of it, and what their titles are about.

    `rules` say what a merge requires; with `queue` it goes through a merge queue.
    """

    def __init__(
        self, name: str, first_number: int, paths: tuple[str, ...], codeowners: str, subjects: tuple[str, ...],
        private: bool = False, rules: Rules | None = None, queue: bool = False,
    ) -> None:  # fmt: skip
        self.name, self.first_number, self.paths = name, first_number, paths
        self.codeowners, self.subjects, self.private = codeowners, subjects, private
        self.rules, self.queue = rules or Rules(), queue


REPOSITORIES = (
    SampleRepository(
        "payments-api", 799, ("api/refunds.py", "api/charges.py", "ledger/entries.py", "README.md"),
        "# who must see what\n/ledger/ @acme/payments\n*.md\n",
        ("refund webhooks", "idempotency keys", "the ledger export", "currency rounding", "charge retries"),
        rules=Rules(required_approvals=2, dismisses_stale_reviews=True),
    ),
    SampleRepository(
        "checkout", 2288, ("src/cart.ts", "src/payment/card.ts", "src/payment/wallet.ts", "src/coupons.ts"),
        "/src/payment/ @plover @heron\n",
        ("the wallet button", "coupon stacking", "cart totals", "the address form", "guest checkout"),
        rules=Rules(required_checks=True), queue=True,
    ),
    SampleRepository(
        "web", 5098, ("app/home.tsx", "app/search.tsx", "app/account.tsx", "styles/base.css"),
        "/styles/ @acme/design\n/app/account.tsx @lark\n",
        ("the search page", "lazy images", "the account menu", "focus outlines", "the cookie banner"),
        rules=Rules(required_checks=True, requires_conversation_resolution=True),
    ),
    SampleRepository(
        "mobile", 1330, ("ios/Login.swift", "android/Login.kt", "shared/sync.ts"),
        "/shared/ @acme/platform\n",
        ("offline sync", "the login screen", "push notifications", "deep links", "crash on rotation"),
    ),
    SampleRepository(
        "infra", 404, ("terraform/db.tf", "terraform/cache.tf", "k8s/web.yaml", "k8s/worker.yaml"),
        "* @acme/platform\n",
        ("the database upgrade", "cache sizes", "worker autoscaling", "log retention", "the staging cluster"),
    ),
    SampleRepository(
        "docs", 58, ("guides/start.md", "guides/webhooks.md", "reference/api.md"),
        "/guides/ @plover\n",
        ("the getting started guide", "webhook examples", "API reference for refunds", "dead links"),
    ),
    SampleRepository(
        "design-system", 88, ("tokens/colour.json", "src/button.tsx", "src/table.tsx"),
        "/tokens/ @acme/design\n",
        ("button sizes", "dark tokens", "table density", "the date picker", "icon weights"),
    ),
    SampleRepository(
        "data-lake", 212, ("jobs/orders.sql", "jobs/events.sql", "pipelines/daily.py"),
        "/pipelines/ @teasel @plover\n",
        ("the orders job", "late events", "the daily pipeline", "partition pruning"), private=True,
    ),
)  # fmt: skip
VERBS = ("Add", "Fix", "Simplify", "Speed up", "Rework", "Remove", "Test", "Document", "Tidy up")
QUEUES = {f"{ORGANIZATION}/{one.name}" for one in REPOSITORIES if one.queue}
CHORES = ("Replace dead links", "Raise test coverage of {}", "Translate error messages of {}", "Tidy up imports of {}")
PACKAGES = ("axios", "django", "eslint", "react", "terraform-aws", "typescript", "urllib3", "vite")
