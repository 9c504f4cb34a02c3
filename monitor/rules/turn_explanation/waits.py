"""Says why a pull request does not wait for something. Called by `turn_explanation`. Depends on no setting."""

from collections.abc import Callable

from monitor.rules.turn_explanation.facts import TurnFacts
from monitor.rules.turn_explanation.phrases import CHECKS, NOT_WORKED_OUT, listed, not_open, whose_turn
from monitor.rules.turns.turn import WaitCode

Fact = tuple[bool, str]  # whether it is so, and words that say what is


def why_no_wait(code: WaitCode, facts: TurnFacts) -> str:
    """Why the pull request does not wait for `code`: it is not so, or it is somebody's turn, or another wait counts."""
    ended = not_open(facts.snapshot)
    if ended:
        return ended
    is_so, words = _FACTS[code](facts)
    return f"{words}, but {_what_counts(facts)}" if is_so else words


def _what_counts(facts: TurnFacts) -> str:
    if facts.turns:
        return f"it is the turn of {whose_turn(facts)}"
    return f"this comes first: {facts.wait.reason}" if facts.wait else NOT_WORKED_OUT


def _archived(facts: TurnFacts) -> Fact:
    is_so = facts.surroundings.archived
    return is_so, "the repository is archived" if is_so else "the repository is not archived"


def _draft(facts: TurnFacts) -> Fact:
    is_so = facts.snapshot.draft
    return is_so, "it is a draft" if is_so else "it is not a draft"


def _merge_queue(facts: TurnFacts) -> Fact:
    is_so = facts.snapshot.merging.merge_queue is not None
    return is_so, "it is in the merge queue" if is_so else "it is not in the merge queue"


def _auto_merge(facts: TurnFacts) -> Fact:
    is_so = facts.snapshot.merging.auto_merge is not None
    return is_so, "auto-merge is on" if is_so else "auto-merge is off"


def _stacked(facts: TurnFacts) -> Fact:
    below = facts.surroundings.stacked_on
    return below is not None, f"it is stacked on #{below}" if below is not None else "it is stacked on no other"


def _blocked(facts: TurnFacts) -> Fact:
    state = facts.snapshot.merging.merge_state
    if state == "unknown":
        return False, "GitHub did not say whether something blocks the merge"
    return state == "blocked", "GitHub blocks the merge" if state == "blocked" else "GitHub does not block the merge"


def _checks(facts: TurnFacts) -> Fact:
    return facts.snapshot.ci == "pending", CHECKS[facts.snapshot.ci]


def _hidden(facts: TurnFacts) -> Fact:
    if not facts.snapshot.requests_hidden:
        return False, "nobody is asked whom the token may not see"
    if facts.snapshot.merging.decision == "approved":
        return False, "somebody the token may not see is asked, but it is approved"
    return True, "somebody the token may not see is asked"


def _bot(facts: TurnFacts) -> Fact:
    snapshot = facts.snapshot
    if snapshot.author is not None and not snapshot.author_is_bot:
        return False, "a person opened it"
    whose = "a bot opened it" if snapshot.author_is_bot else "its author's account is deleted"
    if snapshot.assignees:
        return False, f"{whose}, but it is assigned to {listed(snapshot.assignees)}"
    return True, f"{whose}, and nobody is assigned"


_FACTS: dict[WaitCode, Callable[[TurnFacts], Fact]] = {
    "archived": _archived,
    "draft": _draft,
    "merge_queue": _merge_queue,
    "auto_merge": _auto_merge,
    "stacked": _stacked,
    "blocked": _blocked,
    "checks": _checks,
    "hidden": _hidden,
    "bot": _bot,
}
