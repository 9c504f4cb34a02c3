"""What the explanation of turns is made from, and one line of it. Depends on no setting."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.rules.claim_effects import Claimant
from monitor.rules.review_request_ledger import ReviewRequestEntry, TeamMembers
from monitor.rules.snapshot import Snapshot
from monitor.rules.turns import ObservedTimes, Surroundings, Turn, Wait
from monitor.rules.turns.turn import ORDINARY


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """A pull request with all that decides about turns, and the result: its `turns`, or else the `wait`.

    `turns` and `wait` are those that are stored and shown, so an explanation never contradicts them.
    """

    snapshot: Snapshot
    requests: Sequence[ReviewRequestEntry]
    observed_times: ObservedTimes
    members: TeamMembers
    claimant: Claimant | None = None
    surroundings: Surroundings = ORDINARY
    turns: Sequence[Turn] = ()
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """Whether one rule holds for a person, and why or why not, in one sentence that says “you” to them."""

    rule: str
    holds: bool
    words: str
