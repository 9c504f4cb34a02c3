"""One pull request on its way into the database: what is stored, what GitHub says now, and what follows from both."""

from dataclasses import dataclass, field

from monitor.models import Ownership, PullRequest
from monitor.recording.derived_values import DerivedValues
from monitor.rules.claim_and_turn_changes import ClaimAndTurns
from monitor.rules.review_request_ledger import ReviewRequestEntry
from monitor.rules.snapshot import Snapshot
from monitor.rules.snapshot_diff import Change


@dataclass(slots=True)
class PullRequestUpdate:
    """One pull request that has to be written, with its snapshots and everything that was worked out from them.

    `before` is None for a pull request that is not stored yet; `row` is then a new one.
    """

    row: PullRequest
    before: Snapshot | None
    after: Snapshot
    github_changes: list[Change]
    claim_and_turns_before: ClaimAndTurns | None = None  # None for a pull request that is not stored yet
    claim_and_turn_changes: list[Change] = field(default_factory=list)
    has_waiting_snooze: bool = False  # somebody has snoozed it until an event
    known_requests: list[ReviewRequestEntry] = field(default_factory=list)
    requests: list[ReviewRequestEntry] = field(default_factory=list)
    derived: DerivedValues = field(default_factory=DerivedValues)
    new_ownership: Ownership | None = None
