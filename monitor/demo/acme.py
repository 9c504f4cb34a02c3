"""A believable world to begin with: one company, eight repositories, and every situation a reader can be in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from monitor.demo import cast
from monitor.demo.objects import ChangedFile, PullRequest
from monitor.demo.world import World, system_now


def demo_world(seed: int = 1, now: Callable[[], datetime] = system_now) -> World:
    """The world of the demo, with a past of some days; `plover` is the reader. The same seed gives the same world."""
    world = World(seed=seed, now=now)
    story = Story(world, now())
    story.people()
    story.places()
    for situation in (_waiting_for_you, _yours, _bots_and_strangers, _done):
        situation(story)
    _crowd(story, Random(f"crowd {seed}"))  # noqa: S311 - a story, no secret
    story.number()
    world.clock = now
    return world


class Story:
    """Tells what happened how many hours ago."""

    def __init__(self, world: World, start: datetime) -> None:
        self.world, self.start = world, start

    def ago(self, hours: float) -> None:
        """What follows happened so many hours ago."""
        moment = self.start - timedelta(hours=hours)
        self.world.clock = lambda: moment

    def people(self) -> None:
        self.ago(24 * 90)
        for login in cast.PEOPLE:
            self.world.add_user(login, name=login.title(), email=f"{login}@acme.example")
        for login in cast.BOTS:
            self.world.add_user(login, kind="Bot")
        for slug, (members, parent) in cast.TEAMS.items():
            self.world.add_team(slug, members, parent=parent)

    def places(self) -> None:
        for place in cast.PLACES:
            name = f"{cast.ORGANIZATION}/{place.name}"
            home = self.world.add_repository(name, private=place.private, codeowners=place.codeowners)
            home.next_number = place.first

    def number(self) -> None:
        """Number the pull requests of each repository in the order they were opened."""
        for place in cast.PLACES:
            home = self.world.repository(f"{cast.ORGANIZATION}/{place.name}")
            told = sorted(home.pulls.values(), key=lambda pull: pull.created_at)
            for number, pull in enumerate(told, place.first):
                pull.number = number
            home.pulls = {pull.number: pull for pull in told}
            home.unsorted = True

    def opened(
        self, hours: float, place: str, title: str, author: str, paths: Sequence[str], *, lines: int = 40,
        draft: bool = False, ask: Sequence[str] = (), labels: Sequence[str] = (), checks: str | None = "SUCCESS",
    ) -> PullRequest:  # fmt: skip
        """Open a pull request so many hours ago, and ask for reviews six minutes later."""
        self.ago(hours)
        share = max(1, lines // max(1, len(paths)))
        files = [ChangedFile(path, additions=share, deletions=share // 4) for path in paths]
        name = f"{cast.ORGANIZATION}/{place}"
        pull = self.world.open(name, title, author=author, draft=draft, files=files, labels=labels)
        self.ago(hours - 0.1)
        for who in ask:
            self.world.request_review(pull, who, by=author)
        self.world.set_checks(pull, checks)
        return pull


def _waiting_for_you(story: Story) -> None:
    world, opened = story.world, story.opened
    opened(3, "payments-api", "Retry refund webhooks with backoff", "heron", ["api/refunds.py"], ask=["plover"])
    seen = opened(50, "checkout", "Move card form to the new wallet", "sorrel", ["src/payment/card.ts"], lines=320)
    story.ago(28)
    world.review(seen, "CHANGES_REQUESTED", by="plover", body="The error state is lost.")
    story.ago(2)
    world.push(seen)
    world.set_checks(seen, "SUCCESS")
    opened(20, "infra", "Upgrade the orders database", "juniper", ["terraform/db.tf"], labels=["urgent"])
    talked = opened(46, "web", "Lazy images on the home page", "teasel", ["app/home.tsx"])
    story.ago(22)
    world.review(talked, "COMMENTED", by="plover", body="Does this shift the layout?")
    story.ago(1)
    world.comment(talked, "Not any more, heights are reserved now.", by="teasel")
    opened(
        70, "design-system", "Smaller buttons in dense tables", "bramble", ["src/button.tsx"], ask=["plover", "lark"]
    )
    opened(30, "checkout", "Let coupons stack", "finch", ["src/coupons.ts"], ask=["acme/payments"])
    opened(9, "docs", "Webhook examples in four languages", "lark", ["guides/webhooks.md"], lines=600)
    opened(5, "mobile", "Sync while offline", "finch", ["shared/sync.ts"], ask=["plover"], checks="PENDING")
    again = opened(96, "design-system", "Dark tokens for charts", "bramble", ["tokens/colour.json"], ask=["plover"])
    story.ago(60)
    world.review(again, "APPROVED", by="plover")
    story.ago(4)
    world.push(again)
    world.set_checks(again, "SUCCESS")
    world.request_review(again, "plover", by="bramble")
    opened(7, "data-lake", "Prune partitions in the daily pipeline", "teasel", ["pipelines/daily.py"])


def _yours(story: Story) -> None:
    world, opened = story.world, story.opened
    ready = opened(40, "web", "Keep search terms in the address", "plover", ["app/search.tsx"], ask=["heron", "wren"])
    story.ago(12)
    world.review(ready, "APPROVED", by="heron")
    world.review(ready, "APPROVED", by="wren")
    opened(26, "mobile", "Fix crash on rotation", "plover", ["ios/Login.swift"], ask=["finch"], checks="FAILURE")
    back = opened(
        75, "payments-api", "Round per currency", "plover", ["api/charges.py"], ask=["wren", "heron"], lines=140
    )
    story.ago(18)
    world.review(back, "APPROVED", by="heron")
    story.ago(6)
    world.review(back, "CHANGES_REQUESTED", by="wren", body="Yen has no cents.")
    conflict = opened(90, "infra", "Larger cache for sessions", "plover", ["terraform/cache.tf"], ask=["juniper"])
    world.set_mergeable(conflict, "CONFLICTING")
    opened(2, "web", "Visible focus in the account menu", "plover", ["app/home.tsx"])
    opened(15, "checkout", "Try passkeys at guest checkout", "plover", ["src/cart.ts"], draft=True, checks="PENDING")
    waiting = opened(33, "docs", "Describe refund limits", "plover", ["reference/api.md"], ask=["lark"])
    story.ago(21)
    world.assign(waiting, "plover", by="plover")


def _bots_and_strangers(story: Story) -> None:
    world, opened = story.world, story.opened
    for hours, place, package in ((31, "web", "vite"), (29, "payments-api", "urllib3"), (8, "docs", "eslint")):
        opened(
            hours, place, f"Bump {package} to its latest release", "dependabot", ["README.md"], labels=["dependencies"]
        )
    opened(55, "infra", "Update terraform-aws", "renovate", ["terraform/db.tf"], checks="FAILURE")
    opened(400, "mobile", "Android back gesture", "kestrel", ["android/Login.kt"], ask=["finch"])
    world.delete_account("kestrel")
    opened(11, "web", "Typo on the home page", "passer-by", ["app/home.tsx"]).is_cross_repository = True


def _done(story: Story) -> None:
    world = story.world
    for number, place in enumerate(cast.PLACES):
        hours = 30 + 9 * number
        merged = story.opened(hours + 40, place.name, f"Remove {place.subjects[0]}", "juniper", place.paths[:1])
        story.ago(hours + 10)
        world.review(merged, "APPROVED", by="wren")
        story.ago(hours)
        world.merge(merged, by="juniper")
    given_up = story.opened(200, "web", "Another cookie banner", "lark", ["app/home.tsx"])
    story.ago(120)
    world.close(given_up, by="lark")


def _crowd(story: Story, random: Random) -> None:
    """Other people's pull requests, so that most of what moves concerns the reader not at all."""
    others = [login for login in cast.PEOPLE if login != cast.YOU]
    for place in cast.PLACES:
        for _ in range(2):
            author, reviewer = random.sample(others, 2)
            hours = random.uniform(4, 150)
            title = f"{random.choice(cast.VERBS)} {random.choice(place.subjects)}"
            pull = story.opened(
                hours, place.name, title, author, place.paths[-1:], ask=[reviewer], lines=random.randrange(8, 700)
            )
            if random.random() < 0.5:
                story.ago(hours / 2)
                story.world.review(pull, random.choice(("APPROVED", "COMMENTED")), by=reviewer)
