"""What an activity works with: the world, the dice, and the viewer, who sits in front of the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from monitor.demo.world.objects import Account, PullRequest, Repository, Team
from monitor.demo.world.world import World


@dataclass(frozen=True, slots=True)
class Scene:
    """A world, and in it `viewer`, the login of the person whom the dashboard is about."""

    world: World
    random: Random
    viewer: str

    def repositories(self) -> list[Repository]:
        """Those in which something can happen."""
        return [one for one in self.world.repositories.values() if not (one.deleted or one.is_archived)]

    def open_pulls(self) -> list[PullRequest]:
        return [pull for one in self.repositories() for pull in one.pulls.values() if pull.state == "OPEN"]

    def concerns_viewer(self, pull: PullRequest) -> bool:
        """Whether the viewer's dashboard shows it: own, assigned, asked of them or their team, or reviewed by them."""
        people = [pull.author, *pull.assignees, *(one.author for one in pull.reviews)]
        mine = any(self._is_viewer(one) for one in people)
        return mine or self.waits_for_viewer(pull)

    def waits_for_viewer(self, pull: PullRequest) -> bool:
        """Whether a request to the viewer, or to a team they are in, is pending on somebody else's pull request."""
        if self._is_viewer(pull.author):
            return False
        viewer = self.world.account(self.viewer)
        reviewers = [request.reviewer for request in pull.requests]
        return any(viewer in one.everybody() if isinstance(one, Team) else one is viewer for one in reviewers)

    def _is_viewer(self, account: Account | None) -> bool:
        return account is self.world.account(self.viewer)
