"""Says why it is not somebody's turn as the author. Called by `turn_explanation`. Depends on no setting."""

from collections.abc import Callable, Sequence

from monitor.rules.logins import same_login
from monitor.rules.review_state import reviews_that_count, standing_reviews
from monitor.rules.snapshot import Review
from monitor.rules.turn_explanation.facts import TurnFacts
from monitor.rules.turn_explanation.phrases import CHECKS, NOT_WORKED_OUT, listed, on, short_team, whose_turn
from monitor.rules.turns.author_turns import holders_of_author_turns
from monitor.rules.turns.merge_readiness import (
    counted_approvals,
    is_approved,
    last_queue_change,
    merge_readiness,
    removal_from_queue,
)
from monitor.rules.turns.pending_requests import has_pending_request
from monitor.rules.turns.review_feedback import answer_to_review, comment_only_reviews, reviews_to_answer
from monitor.rules.turns.stale_approvals import dismissed_approvals, stale_approvals

_NO_APPROVAL = "nobody has approved it yet"
_OBSTACLES = {
    "auto_merge": "it merges by itself when checks pass",
    "blocked": "a required check or conversation blocks the merge",
    "checks": "checks are running",
}


def why_no_author_turn(code: str, facts: TurnFacts) -> str:
    """Why the pull request, whose turns can be somebody's, is not the turn of one person for the reason `code`.

    If the reason is there, but is somebody else's, it says whose.
    """
    reason = next((turn.reason for turn in facts.turns if turn.code == code), None)
    if reason is not None:
        return f"{reason}, but that is the turn of {whose_turn(facts, code)}"
    if not holders_of_author_turns(facts.snapshot):
        whose = "a bot opened it" if facts.snapshot.author_is_bot else "its author's account is deleted"
        return f"{whose}, and nobody is assigned"
    return _WHY_NOT[code](facts)


def _changes_requested(facts: TurnFacts) -> str:
    found = [review for review in reviews_that_count(facts.snapshot) if review.state == "changes_requested"]
    if not found:
        return "nobody requests changes"
    standing = [review for review in found if review in standing_reviews(facts.snapshot)]
    if standing:
        return _answered(facts, "changes_requested", "change request")
    return f"{_reviewers(found)}, who requested changes, is asked for another review"


def _comments(facts: TurnFacts) -> str:
    found = reviews_to_answer(facts.snapshot, facts.requests, facts.observed_times)
    if any(review.state == "commented" for review in found):
        return _answered(facts, "commented", "comments")
    return "no review with comments alone waits for an answer"


def _answered(facts: TurnFacts, state: str, what: str) -> str:
    """When the last of the reviews with this state was answered."""
    found = [
        (review, answer_to_review(review, facts.snapshot, facts.observed_times))
        for review in reviews_to_answer(facts.snapshot, facts.requests, facts.observed_times)
        if review.state == state
    ]
    times = [answer[0] for _, answer in found if answer]
    if len(times) < len(found):
        return NOT_WORKED_OUT
    return f"the author has responded to the {what} of {_reviewers([one for one, _ in found])}{on(max(times))}"


def _checks_failing(facts: TurnFacts) -> str:
    return CHECKS[facts.snapshot.ci] if facts.snapshot.ci != "failure" else NOT_WORKED_OUT


def _conflicts(facts: TurnFacts) -> str:
    base = facts.snapshot.base
    if facts.snapshot.mergeable == "unknown":
        return f"GitHub did not say whether it conflicts with {base}"
    return f"it has no conflicts with {base}" if facts.snapshot.mergeable == "mergeable" else NOT_WORKED_OUT


def _ready_to_merge(facts: TurnFacts) -> str:
    snapshot = facts.snapshot
    if snapshot.ci == "failure":
        return "checks are failing"
    if snapshot.mergeable == "conflicting":
        return f"it conflicts with {snapshot.base}"
    if removal_from_queue(snapshot, facts.observed_times):
        return "it was removed from the merge queue"
    if not _is_approved(facts):
        return _why_not_approved(facts)
    ready = merge_readiness(snapshot, facts.requests, facts.observed_times, facts.members, facts.surroundings)
    if ready is None or ready.obstacle is None:
        return NOT_WORKED_OUT
    if ready.obstacle == "stacked":
        return f"it waits for #{facts.surroundings.stacked_on}"
    return _OBSTACLES[ready.obstacle]


def _needs_approval(facts: TurnFacts) -> str:
    approvals, dismissals = counted_approvals(facts.snapshot), dismissed_approvals(facts.snapshot)
    if not approvals and not dismissals:
        return _NO_APPROVAL
    return _review_is_due(facts) or _why_not_approved(facts)


def _no_reviewer(facts: TurnFacts) -> str:
    due = _review_is_due(facts)
    if due:
        return due
    reviewed = [
        review
        for review in reviews_that_count(facts.snapshot)
        if review.state != "dismissed" and not (review.is_bot and review.state != "changes_requested")
    ]
    reviewed += comment_only_reviews(facts.snapshot, facts.requests)
    if reviewed:
        return f"{_reviewers(reviewed)} reviewed it"
    return "somebody had approved it" if dismissed_approvals(facts.snapshot) else NOT_WORKED_OUT


def _left_queue(facts: TurnFacts) -> str:
    snapshot = facts.snapshot
    last = last_queue_change(snapshot)
    if last is None or not any(item.kind == "unqueued" for item in snapshot.timeline):
        return "it was not removed from the merge queue"
    if last.kind != "unqueued":
        return f"it was removed from the merge queue, and {_SINCE[last.kind]}{on(last.at)}"
    if facts.observed_times.pushed_at > last.at:
        return f"it was removed from the merge queue, and pushed to{on(facts.observed_times.pushed_at)}"
    return "the author took it out of the merge queue" if same_login(last.actor, snapshot.author) else NOT_WORKED_OUT


_SINCE = {"queued": "queued again", "drafted": "made a draft", "reopened": "reopened"}


def _review_is_due(facts: TurnFacts) -> str | None:
    """Why nobody has to be asked for a review: somebody is on it or asked, or it is approved; None if none holds."""
    if facts.claimant is not None and facts.claimant.confirmed:
        return f"{facts.claimant.login} is on it"
    if has_pending_request(facts.snapshot, facts.requests, facts.members):
        return _still_asked(facts)
    stale = stale_approvals(facts.snapshot)
    if stale:
        return _went_stale([item.subject or "" for item in stale])
    return "it is approved" if _is_approved(facts) else None


def _is_approved(facts: TurnFacts) -> bool:
    return is_approved(facts.snapshot, facts.requests, facts.members, facts.surroundings)


def _why_not_approved(facts: TurnFacts) -> str:
    decision, approvals = facts.snapshot.merging.decision, counted_approvals(facts.snapshot)
    against = [review for review in standing_reviews(facts.snapshot) if review.state == "changes_requested"]
    stale = stale_approvals(facts.snapshot)
    if against:
        return f"{_reviewers(against)} requested changes"
    if stale:
        return _went_stale([item.subject or "" for item in stale])
    if decision == "changes_requested":
        return "GitHub counts a request for changes"
    if decision == "review_required" or (decision is None and not approvals):
        return "another approval is needed" if approvals else _NO_APPROVAL
    if has_pending_request(facts.snapshot, facts.requests, facts.members):
        return _still_asked(facts)
    return NOT_WORKED_OUT


def _still_asked(facts: TurnFacts) -> str:
    bots = {asked.key for asked in facts.snapshot.review_requests if asked.is_bot}
    names = [
        short_team(entry.name) if entry.kind == "team" else entry.name
        for entry in facts.requests
        if (entry.open or entry.settled == "taken")
        and entry.key not in bots
        and not same_login(entry.name, facts.snapshot.author)
    ]
    return f"a review is still asked of {listed(names) or 'somebody the token may not see'}"


def _went_stale(names: Sequence[str]) -> str:
    return f"the approval of {listed(names)} went stale with new commits"


def _reviewers(reviews: Sequence[Review]) -> str:
    return listed([review.reviewer or "somebody" for review in reviews])


_WHY_NOT: dict[str, Callable[[TurnFacts], str]] = {
    "changes_requested": _changes_requested,
    "comments": _comments,
    "checks_failing": _checks_failing,
    "conflicts": _conflicts,
    "ready_to_merge": _ready_to_merge,
    "needs_approval": _needs_approval,
    "left_queue": _left_queue,
    "no_reviewer": _no_reviewer,
}
