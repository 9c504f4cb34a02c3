"""Lets something believable happen every few seconds, often to a pull request that concerns the viewer."""

from __future__ import annotations

from random import Random
from threading import Event, Thread

from monitor.demo.life import acme
from monitor.demo.life.activities import WEIGHTS
from monitor.demo.life.conversation import review_by_viewer
from monitor.demo.life.opening import open_pull_request
from monitor.demo.life.progress import merge_or_close
from monitor.demo.life.scene import Scene
from monitor.demo.world.world import World


class Life:
    """Moves a world: `step()` once, or `start()` a thread that does so about every `interval` seconds until `stop()`.

    The number of open pull requests stays between `low` and `high`, and closed ones beyond `kept_closed` a repository
    are forgotten, so it can run for days.
    """

    def __init__(
        self, world: World, *, interval: float = 4.0, seed: int = 1, viewer: str = acme.VIEWER, low: int = 40, high: int = 60,
        kept_closed: int = 40,
    ) -> None:  # fmt: skip
        self.world, self.interval = world, interval
        self.low, self.high, self.kept_closed = low, high, kept_closed
        self.random = Random(f"life {seed}")  # noqa: S311 - a story, no secret
        self.scene = Scene(world, self.random, viewer)
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
            said = self._balance() or self._something()
            self._forget()
            return said

    def _balance(self) -> str | None:
        """Keep the viewer's lists from getting too short or too long, if they are about to."""
        pulls = self.scene.open_pulls()
        if len(pulls) < self.low:
            return open_pull_request(self.scene)
        long = [pull for pull in pulls if len(pull.timeline) > 120]
        if len(pulls) > self.high or long:
            return merge_or_close(self.scene, long[0] if long else min(pulls, key=lambda pull: pull.created_at))
        waiting = [pull for pull in pulls if self.scene.waits_for_viewer(pull) and not pull.is_draft]
        return review_by_viewer(self.scene, self.random.choice(waiting)) if len(waiting) > 18 else None

    def _something(self) -> str:
        pulls = self.scene.open_pulls()
        concerning = [pull for pull in pulls if self.scene.concerns_viewer(pull)]
        activities = list(WEIGHTS)
        for _ in range(60):
            activity = self.random.choices(activities, [*WEIGHTS.values()])[0]
            pull = self.random.choice(concerning if concerning and self.random.random() < 0.55 else pulls)
            if said := activity(self.scene, pull):
                return said
        return open_pull_request(self.scene)

    def _forget(self) -> None:
        for repo in self.scene.repositories():
            closed = [pull for pull in repo.pulls.values() if pull.state != "OPEN"]
            for pull in sorted(closed, key=lambda one: one.updated_at)[: max(0, len(closed) - self.kept_closed)]:
                self.world.forget(pull)
