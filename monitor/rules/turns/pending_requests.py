"""Decides whether a pull request still waits for a review that somebody was asked for.

Called by `merge_readiness` and `author_turns`. Depends on no setting.
"""

from collections.abc import Sequence

from monitor.rules.logins import same_login
from monitor.rules.review_request_ledger import ReviewRequestEntry, TeamMembers
from monitor.rules.snapshot import Snapshot


def has_pending_request(snapshot: Snapshot, requests: Sequence[ReviewRequestEntry], members: TeamMembers) -> bool:
    """Whether a request is open in the ledger or taken by a claimant, or the credential may not see who is asked.

    A request to a bot, to the author, or to a team with nobody else in it is none: nobody would ever answer. Once
    GitHub's own decision is APPROVED, nobody waits for reviewers who may not be seen.
    """
    if snapshot.requests_hidden and snapshot.merging.decision != "approved":
        return True
    listed = {asked.key for asked in snapshot.review_requests}
    bots = {asked.key for asked in snapshot.review_requests if asked.is_bot}
    return any(
        (entry.open or (entry.settled == "taken" and entry.key in listed))
        and entry.key not in bots
        and _can_be_answered(entry, snapshot.author, members)
        for entry in requests
    )


def _can_be_answered(entry: ReviewRequestEntry, author: str | None, members: TeamMembers) -> bool:
    if entry.kind == "user":
        return not same_login(entry.name, author)
    known = members.get(entry.name.lower())
    return known is None or any(not same_login(login, author) for login in known)
