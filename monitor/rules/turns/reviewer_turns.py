"""Decides when it is a reviewer's turn: they or their team are asked, they claimed the review, or the author answered.

Called by `turns`. Depends on no setting.
"""

from collections.abc import Collection, Iterator, Sequence

from monitor.rules.claim_effects import Claimant
from monitor.rules.logins import same_login
from monitor.rules.review_request_ledger import ReviewRequestEntry, TeamMembers
from monitor.rules.snapshot import Snapshot
from monitor.rules.turns.review_feedback import answer_to_review, reviews_to_answer
from monitor.rules.turns.stale_approvals import stale_approvals
from monitor.rules.turns.turn import ON_IT, ObservedTimes, Turn


def turns_of_requested_people(snapshot: Snapshot, requests: Sequence[ReviewRequestEntry]) -> Iterator[Turn]:
    """The turns of people who are asked personally; bots and the author get none."""
    bots = {asked.key for asked in snapshot.review_requests if asked.is_bot}
    for entry in requests:
        if (
            entry.kind == "user"
            and entry.open
            and entry.key not in bots
            and not same_login(entry.name, snapshot.author)
        ):
            yield Turn(
                entry.name, None, "reviewer", "review_requested", _request_reason(entry, requests), entry.asked_at
            )


def _request_reason(entry: ReviewRequestEntry, requests: Sequence[ReviewRequestEntry]) -> str:
    again = any(other.key == entry.key and other.settled == "reviewed" for other in requests)
    words = "review requested again" if again else "review requested"
    return f"{words} by {entry.by}" if entry.by else words


def turns_of_requested_teams(
    snapshot: Snapshot, requests: Sequence[ReviewRequestEntry], members: TeamMembers
) -> Iterator[Turn]:
    """The turns of the members of teams that are asked, until one of them reviews.

    After a claim it is only the claimant's turn. If the members are not known, the turn is the team's, without a login.
    """
    listed = {asked.key for asked in snapshot.review_requests}
    for entry in requests:
        if entry.kind != "team" or entry.key not in listed or not (entry.open or entry.settled == "taken"):
            continue
        known = members.get(entry.name.lower())
        reason = f"review requested from team {entry.name.rpartition('/')[2]}"
        for login in _members_to_act(entry, known, snapshot.author):
            if login is None:
                unknown = f"{reason} (members unknown)"
                yield Turn(None, entry.name, "reviewer", "team_requested", unknown, entry.asked_at)
            else:
                yield Turn(login, entry.name, "reviewer", "team_requested", reason, entry.asked_at)


def _members_to_act(entry: ReviewRequestEntry, known: Collection[str] | None, author: str | None) -> list[str | None]:
    if entry.settled == "taken":
        return [entry.settled_by]
    if known is None:
        return [None]
    return [login for login in sorted(known) if not same_login(login, author)]


def turn_of_claimant(claimant: Claimant | None) -> Iterator[Turn]:
    """The claimant's turn. It comes after the others: somebody who is also asked sees that reason."""
    if claimant is not None:
        yield Turn(claimant.login, None, "reviewer", "review_requested", ON_IT, claimant.since)


def turns_of_answered_reviewers(
    snapshot: Snapshot, requests: Sequence[ReviewRequestEntry], observed_times: ObservedTimes
) -> Iterator[Turn]:
    """The turns of reviewers whose review the author has answered; bots get none."""
    for review in reviews_to_answer(snapshot, requests, observed_times):
        answer = answer_to_review(review, snapshot, observed_times)
        if answer is None or review.is_bot:
            continue
        since, pushed = answer
        if pushed and review.state == "changes_requested":
            yield Turn(review.reviewer, None, "reviewer", "new_commits", "new commits since your review", since)
        else:
            yield Turn(review.reviewer, None, "reviewer", "author_responded", "author responded", since)


def turns_of_stale_approvers(snapshot: Snapshot) -> Iterator[Turn]:
    """The turns of people whose approval a push made stale."""
    for dismissal in stale_approvals(snapshot):
        reason = "new commits since your approval"
        yield Turn(dismissal.subject, None, "reviewer", "new_commits", reason, dismissal.at)
