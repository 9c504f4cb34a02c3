"""The demo's life: every few seconds something believable happens, often to a pull request that concerns the reader."""

from __future__ import annotations

from random import Random
from threading import Event, Thread

from monitor.demo import cast
from monitor.demo.happenings import HAPPENINGS, open_new
from monitor.demo.objects import PullRequest, Repository, Team
from monitor.demo.talk import reviews_by_you
from monitor.demo.work import wind_up
from monitor.demo.world import World


class Life:
    """Moves a world: `step()` once, or `start()` a thread that does so about every `interval` seconds until `stop()`.

    The number of open pull requests stays between `low` and `high`, and closed ones beyond `kept_closed` a repository
    are forgotten, so it can run for days.
    """

    def __init__(
        self, world: World, *, interval: float = 4.0, seed: int = 1, you: str = cast.YOU, low: int = 40, high: int = 60,
        kept_closed: int = 40,
    ) -> None:  # fmt: skip
        self.world, self.interval, self.you = world, interval, you
        self.low, self.high, self.kept_closed = low, high, kept_closed
        self.random = Random(f"life {seed}")  # noqa: S311 - a story, no secret
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self) -> Life:
        self._stopped.clear()
        self._thread = Thread(target=self._run, name="demo-life", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopped.wait(self.interval * self.random.uniform(0.6, 1.4)):
            self.step()

    def step(self) -> str:
        """Let one thing happen; returns what, in a few words."""
        with self.world.lock:
            said = self._balance() or self._happen()
            self._forget()
            return said

    def homes(self) -> list[Repository]:
        return [home for home in self.world.repositories.values() if not (home.deleted or home.is_archived)]

    def open_pulls(self) -> list[PullRequest]:
        return [pull for home in self.homes() for pull in home.pulls.values() if pull.state == "OPEN"]

    def concerns_you(self, pull: PullRequest) -> bool:
        """Whether the reader's dashboard shows it: own, asked of them or their team, or reviewed by them."""
        return (
            self._named(pull.author) or self.waits_for_you(pull) or any(self._named(one.author) for one in pull.reviews)
        )

    def waits_for_you(self, pull: PullRequest) -> bool:
        """Whether a request to the reader, or to a team they are in, is pending on somebody else's pull request."""
        if self._named(pull.author):
            return False
        you = self.world.account(self.you)
        reviewers = [request.reviewer for request in pull.requests]
        return any(you in one.everybody() if isinstance(one, Team) else one is you for one in reviewers)

    def _named(self, account: object) -> bool:
        return account is self.world.account(self.you)

    def _balance(self) -> str | None:
        """What must happen so that lists neither run dry nor over."""
        pulls = self.open_pulls()
        if len(pulls) < self.low:
            return open_new(self)
        tired = [pull for pull in pulls if len(pull.timeline) > 120]
        if len(pulls) > self.high or tired:
            return wind_up(self, tired[0] if tired else min(pulls, key=lambda pull: pull.created_at))
        waiting = [pull for pull in pulls if self.waits_for_you(pull) and not pull.is_draft]
        return reviews_by_you(self, self.random.choice(waiting)) if len(waiting) > 14 else None

    def _happen(self) -> str:
        pulls = self.open_pulls()
        yours = [pull for pull in pulls if self.concerns_you(pull)]
        names = list(HAPPENINGS)
        for _ in range(60):
            happening = self.random.choices(names, [HAPPENINGS[one] for one in names])[0]
            pull = self.random.choice(yours if yours and self.random.random() < 0.55 else pulls)
            if said := happening(self, pull):
                return said
        return open_new(self)

    def _forget(self) -> None:
        for home in self.homes():
            closed = [pull for pull in home.pulls.values() if pull.state != "OPEN"]
            for pull in sorted(closed, key=lambda one: one.updated_at)[: max(0, len(closed) - self.kept_closed)]:
                self.world.forget(pull)
