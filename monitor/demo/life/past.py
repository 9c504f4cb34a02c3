"""What happened before the demo began: lets things happen some hours ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.demo.life import acme
from monitor.demo.world.objects import ChangedFile, PullRequest
from monitor.demo.world.world import World


class Past:
    """Lets things happen some hours ago, by the world's clock."""

    def __init__(self, world: World, start: datetime) -> None:
        self.world, self.start = world, start

    def ago(self, hours: float) -> None:
        """What follows happened so many hours ago."""
        moment = self.start - timedelta(hours=hours)
        self.world.clock = lambda: moment

    def people(self) -> None:
        self.ago(24 * 90)
        for login in acme.PEOPLE:
            self.world.add_user(login, name=login.title(), email=f"{login}@acme.example")
        for login in (*acme.BOTS, acme.AGENT):
            self.world.add_user(login, kind="Bot")
        for slug, (members, parent) in acme.TEAMS.items():
            self.world.add_team(slug, members, parent=parent)

    def repositories(self) -> None:
        for sample in acme.REPOSITORIES:
            name = f"{acme.ORGANIZATION}/{sample.name}"
            repo = self.world.add_repository(name, private=sample.private, codeowners=sample.codeowners, **sample.rules)
            repo.next_number = sample.first_number

    def number(self) -> None:
        """Number the pull requests of each repository in the order they were opened."""
        for sample in acme.REPOSITORIES:
            repo = self.world.repository(f"{acme.ORGANIZATION}/{sample.name}")
            opened = sorted(repo.pulls.values(), key=lambda pull: pull.created_at)
            for number, pull in enumerate(opened, sample.first_number):
                pull.number = number
            repo.pulls = {pull.number: pull for pull in opened}
            repo.unsorted = True

    def opened(
        self, hours: float, place: str, title: str, author: str, paths: Sequence[str], *, lines: int = 40,
        draft: bool = False, ask: Sequence[str] = (), labels: Sequence[str] = (), checks: str | None = "SUCCESS",
        base: str = "main", head: str | None = None,
    ) -> PullRequest:  # fmt: skip
        """Open a pull request so many hours ago, and ask for reviews six minutes later."""
        self.ago(hours)
        share = max(1, lines // max(1, len(paths)))
        files = [ChangedFile(path, additions=share, deletions=share // 4) for path in paths]
        name = f"{acme.ORGANIZATION}/{place}"
        pull = self.world.open(
            name, title, author=author, draft=draft, files=files, labels=labels, base=base, head=head
        )
        self.ago(hours - 0.1)
        for who in ask:
            self.world.request_review(pull, who, by=author)
        self.world.set_checks(pull, checks)
        return pull
