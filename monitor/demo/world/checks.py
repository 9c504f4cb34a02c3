"""What hangs on a commit and not on the pull request: checks and mergeability. Neither moves `updated_at`."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.demo.world.node_ids import node_id
from monitor.demo.world.objects import Check, PullRequest
from monitor.demo.world.state import WorldState, act

STATES = ("SUCCESS", "FAILURE", "PENDING", "ERROR", "EXPECTED", None)
MERGEABLE = ("MERGEABLE", "CONFLICTING", "UNKNOWN")


class CheckActs(WorldState):
    """What continuous integration and the base branch do to a pull request."""

    @act
    def set_checks(self, pull: PullRequest, state: str | None, *, names: Sequence[str] = ("build", "test")) -> None:
        """Set the rollup of the head commit: SUCCESS, FAILURE, PENDING, ERROR, EXPECTED, or None for no checks at all."""
        if state not in STATES:
            raise ValueError(f"{state!r} is not one of {STATES}")
        head = pull.head
        head.rollup, head.checks = state, [] if state is None else [self._check(name, state) for name in names]
        if state is not None:
            running = state in ("PENDING", "EXPECTED")
            actions = (
                [("check_run", "created")] if running else [("check_run", "completed"), ("check_suite", "completed")]
            )
            for event, action in [*actions, ("status", "")]:
                self.emit(event, action, pull.repository, pull, None, commit=head)

    def _check(self, name: str, state: str) -> Check:
        number = self.numbers.take()
        running = state in ("PENDING", "EXPECTED")
        conclusion = None if running else {"ERROR": "STARTUP_FAILURE"}.get(state, state)
        return Check(node_id("CheckRun", number), number, name, "IN_PROGRESS" if running else "COMPLETED", conclusion)

    @act
    def set_mergeable(self, pull: PullRequest, mergeable: str | bool) -> None:
        """MERGEABLE, CONFLICTING or UNKNOWN (or a bool), as if its base branch had moved."""
        value = mergeable if isinstance(mergeable, str) else ("MERGEABLE" if mergeable else "CONFLICTING")
        if value not in MERGEABLE:
            raise ValueError(f"{value!r} is not one of {MERGEABLE}")
        pull.mergeable = value

    @act
    def set_behind(self, pull: PullRequest, behind: bool = True) -> None:
        """Whether the head lacks commits of a base branch that merges only what is up to date."""
        pull.is_behind = behind
