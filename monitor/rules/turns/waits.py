"""Decides what an open pull request waits for while it is nobody's turn.

Called by `recording/derived_values`. Depends on no setting.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor.rules.review_request_ledger import ReviewRequestEntry, TeamMembers
from monitor.rules.snapshot import Snapshot
from monitor.rules.turns.author_turns import holders_of_author_turns
from monitor.rules.turns.merge_readiness import Obstacle, merge_readiness
from monitor.rules.turns.turn import ObservedTimes, Surroundings, Wait

_OBSTACLES: dict[Obstacle, str] = {
    "auto_merge": "merges by itself when checks pass",
    "blocked": "a required check or conversation blocks the merge",
    "checks": "approved, checks are running",
}


def wait(
    snapshot: Snapshot,
    requests: Sequence[ReviewRequestEntry],
    observed_times: ObservedTimes,
    members: TeamMembers,
    surroundings: Surroundings,
) -> Wait | None:
    """What the pull request waits for. Ask only if it is nobody's turn; None if it is not open, or no rule says why.

    Where several hold, the first of: archived, draft, merge_queue, auto_merge, stacked, blocked, checks, hidden, bot.
    """
    if snapshot.state != "open":
        return None
    return next(_waits(snapshot, requests, observed_times, members, surroundings), None)


def _waits(
    snapshot: Snapshot,
    requests: Sequence[ReviewRequestEntry],
    observed_times: ObservedTimes,
    members: TeamMembers,
    surroundings: Surroundings,
) -> Iterator[Wait]:
    ready = snapshot.ready_at or snapshot.created_at
    if surroundings.archived:
        yield Wait("archived", "the repository is archived", ready)
    if snapshot.draft:
        yield Wait("draft", "a draft", _drafted_at(snapshot))
    if snapshot.merging.merge_queue is not None:
        yield Wait("merge_queue", "in the merge queue", snapshot.merging.merge_queue.since)
    readiness = merge_readiness(snapshot, requests, observed_times, members, surroundings)
    if readiness is not None and readiness.obstacle == "stacked":
        yield Wait("stacked", f"waits for #{surroundings.stacked_on}", max(readiness.since, ready))
    elif readiness is not None and readiness.obstacle is not None:
        yield Wait(readiness.obstacle, _OBSTACLES[readiness.obstacle], max(readiness.since, ready))
    if snapshot.requests_hidden and snapshot.merging.decision != "approved":
        yield Wait("hidden", "somebody the token may not see is asked", ready)
    if not holders_of_author_turns(snapshot):
        whose = "opened by a bot" if snapshot.author_is_bot else "its author's account is deleted"
        yield Wait("bot", f"{whose}, nobody is assigned", ready)


def _drafted_at(snapshot: Snapshot) -> datetime:
    return max((item.at for item in snapshot.timeline if item.kind == "drafted"), default=snapshot.created_at)
