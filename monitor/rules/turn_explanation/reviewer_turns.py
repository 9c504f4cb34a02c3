"""Says why it is not somebody's turn as a reviewer. Called by `turn_explanation`. Depends on no setting."""

from collections.abc import Callable, Collection, Iterable

from monitor.rules.logins import same_login
from monitor.rules.review_request_ledger import ReviewRequestEntry
from monitor.rules.snapshot import Review, Snapshot
from monitor.rules.turn_explanation.facts import TurnFacts
from monitor.rules.turn_explanation.phrases import NOT_WORKED_OUT, OWN, on, short_team
from monitor.rules.turns.review_feedback import answer_to_review, reviews_to_answer
from monitor.rules.turns.reviewer_turns import (
    turn_of_claimant,
    turns_of_answered_reviewers,
    turns_of_requested_people,
    turns_of_requested_teams,
    turns_of_stale_approvers,
)
from monitor.rules.turns.turn import Turn

Teams = Collection[str]
NOBODY_ASKED = "nobody has asked you or a team of yours"
_A_BOT = "GitHub says that this account is a bot"


def why_no_reviewer_turn(code: str, facts: TurnFacts, login: str, teams: Teams) -> str:
    """Why the pull request, whose turns can be somebody's, is not this person's turn for the reason `code`."""
    return _comes_second(code, facts, login) or _WHY_NOT[code](facts, login, teams)


def _comes_second(code: str, facts: TurnFacts, login: str) -> str | None:
    """A reviewer has one turn with one reason; “… comes first” if this one would hold, but another one is it."""
    shown = next((turn for turn in facts.turns if turn.as_ == "reviewer" and same_login(turn.login, login)), None)
    would_hold = any(turn.code == code and same_login(turn.login, login) for turn in _all_reviewer_turns(facts))
    return f"it would hold, but “{shown.reason}” comes first" if shown and would_hold else None


def _all_reviewer_turns(facts: TurnFacts) -> Iterable[Turn]:
    snapshot, requests = facts.snapshot, facts.requests
    yield from turns_of_requested_people(snapshot, requests)
    yield from turns_of_requested_teams(snapshot, requests, facts.members)
    yield from turns_of_stale_approvers(snapshot)
    yield from turns_of_answered_reviewers(snapshot, requests, facts.observed_times)
    yield from turn_of_claimant(facts.claimant)


def _review_requested(facts: TurnFacts, login: str, teams: Teams) -> str:
    entry = _latest(one for one in facts.requests if one.kind == "user" and same_login(one.name, login))
    if same_login(login, facts.snapshot.author):
        return OWN
    if entry is None:
        return "nobody has asked you personally" if _team_entries(facts, login, teams) else NOBODY_ASKED
    if not entry.open:
        return _ended(entry, "you", login)
    return _A_BOT if _is_bot(entry.key, facts.snapshot) else NOT_WORKED_OUT


def _team_requested(facts: TurnFacts, login: str, teams: Teams) -> str:
    entry = _latest(_team_entries(facts, login, teams))
    if entry is None:
        return _no_team_of_theirs(facts, login)
    if same_login(login, facts.snapshot.author):
        return OWN
    team = short_team(entry.name)
    if not entry.open:
        return _ended(entry, team, login)
    listed = {asked.key for asked in facts.snapshot.review_requests}
    return NOT_WORKED_OUT if entry.key in listed else f"GitHub no longer lists the request to {team}"


def _no_team_of_theirs(facts: TurnFacts, login: str) -> str:
    waiting = [entry for entry in facts.requests if entry.kind == "team" and entry.open]
    unknown = [entry for entry in waiting if entry.name.lower() not in facts.members]
    if unknown:
        return f"{short_team(unknown[0].name)} is asked, but who is in it is not known here"
    if waiting:
        return f"{short_team(waiting[0].name)} is asked, and you are not in it"
    personally = any(entry.kind == "user" and same_login(entry.name, login) for entry in facts.requests)
    return "no team of yours is asked" if personally else NOBODY_ASKED


def _team_entries(facts: TurnFacts, login: str, teams: Teams) -> list[ReviewRequestEntry]:
    own = {*teams, *(name for name, members in facts.members.items() if login in members)}
    return [entry for entry in facts.requests if entry.kind == "team" and entry.name.lower() in own]


def _latest(entries: Iterable[ReviewRequestEntry]) -> ReviewRequestEntry | None:
    return max(entries, key=lambda entry: (entry.open, entry.asked_at), default=None)


def _ended(entry: ReviewRequestEntry, whom: str, login: str) -> str:
    """How the last request ended. `whom`: “you” or “team web”."""
    day = on(entry.settled_at)
    who = "you" if same_login(entry.settled_by, login) else entry.settled_by or "somebody"
    if entry.settled == "reviewed":
        return (
            f"you reviewed after the last request{day}" if entry.kind == "user" else f"{who} reviewed for {whom}{day}"
        )
    if entry.settled == "removed":
        by = f" by {who}" if entry.settled_by else ""
        return f"the request to {whom} was withdrawn{by}{day}"
    if entry.settled == "taken":
        return f"taken by {who}{day}"
    if entry.settled == "enough":
        return f"enough people had approved{day}, which ended the request to {whom}"
    return f"the request to {whom} ended when the pull request was closed{day}"


def _author_responded(facts: TurnFacts, login: str, _: Teams) -> str:
    review = _review_to_answer(facts, login)
    if review is None:
        return _nothing_to_answer(facts, login)
    if answer_to_review(review, facts.snapshot, facts.observed_times) is None:
        return f"the author has not responded since your review{on(review.submitted_at)}"
    return _A_BOT if review.is_bot else "the author pushed, which counts as new commits"


def _new_commits(facts: TurnFacts, login: str, _: Teams) -> str:
    review = _review_to_answer(facts, login)
    if review is None:
        return _nothing_to_answer(facts, login)
    answer = answer_to_review(review, facts.snapshot, facts.observed_times)
    if answer is None or not answer[1]:
        return f"nothing was pushed since your review{on(review.submitted_at)}"
    return _A_BOT if review.is_bot else "you requested no changes, so the push counts as a response"


def _review_to_answer(facts: TurnFacts, login: str) -> Review | None:
    found = reviews_to_answer(facts.snapshot, facts.requests, facts.observed_times)
    return next((review for review in found if same_login(review.reviewer, login)), None)


def _nothing_to_answer(facts: TurnFacts, login: str) -> str:
    """Why no review of this person is one that the author has to answer."""
    if same_login(login, facts.snapshot.author):
        return OWN
    review = next((one for one in facts.snapshot.reviews if same_login(one.reviewer, login)), None)
    if review is None:
        return "you have not reviewed it"
    if _asked_again(facts.snapshot, login):
        return "you are asked for another review, which comes first"
    if review.state == "approved":
        return f"you approved it{on(review.submitted_at)}"
    return f"your review is dismissed{_since_enough(facts)}" if review.state == "dismissed" else _A_BOT


def _since_enough(facts: TurnFacts) -> str:
    return ", and the approvals of others are enough" if facts.snapshot.merging.decision == "approved" else ""


def _asked_again(snapshot: Snapshot, login: str) -> bool:
    return any(asked.key == ("user", login) for asked in snapshot.review_requests)


def _is_bot(key: tuple[str, str], snapshot: Snapshot) -> bool:
    return any(asked.key == key and asked.is_bot for asked in snapshot.review_requests)


_WHY_NOT: dict[str, Callable[[TurnFacts, str, Teams], str]] = {
    "review_requested": _review_requested,
    "team_requested": _team_requested,
    "author_responded": _author_responded,
    "new_commits": _new_commits,
}
