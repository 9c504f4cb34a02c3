"""Review requests and reviews, with what GitHub does beside them.

A submitted review (a mere comment too) takes away its author's own request and every request to a team the author
is in; GitHub writes no event for that. A review decision outlives a re-request.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.demo.world.codeowners import PLACES, owners_of
from monitor.demo.world.node_ids import node_id
from monitor.demo.world.objects import Account, PullRequest, Review, ReviewRequest, Team
from monitor.demo.world.state import WorldState, act

STATES = ("APPROVED", "CHANGES_REQUESTED", "COMMENTED")


class ReviewActs(WorldState):
    """What reviewers and those who ask them do."""

    @act
    def request_review(
        self,
        pull: PullRequest,
        who: str | Account | Team,
        *,
        by: str | Account | None = None,
        code_owner: bool = False,
    ) -> None:
        """Ask a person (login) or a team (`org/slug`); nothing happens when the request is pending already."""
        actor, reviewer = self.account(by) if by else pull.author, self.reviewer(who)
        if reviewer is pull.author:
            raise ValueError(f"{pull.slug}: review cannot be requested from its author")
        if any(request.reviewer is reviewer for request in pull.requests):
            return
        number = self.numbers.take()
        identity = node_id("ReviewRequest", number, pull.database_id)
        pull.requests.append(ReviewRequest(identity, number, reviewer, code_owner))
        self.add_to_timeline(pull, "ReviewRequestedEvent", actor, requested_reviewer=reviewer)
        self.emit("pull_request", "review_requested", pull.repository, pull, actor, reviewer=reviewer)

    @act
    def remove_request(self, pull: PullRequest, who: str | Account | Team, *, by: str | Account | None = None) -> None:
        actor, reviewer = self.account(by) if by else pull.author, self.reviewer(who)
        kept = [request for request in pull.requests if request.reviewer is not reviewer]
        if len(kept) == len(pull.requests):
            return
        pull.requests = kept
        self.add_to_timeline(pull, "ReviewRequestRemovedEvent", actor, requested_reviewer=reviewer)
        self.emit("pull_request", "review_request_removed", pull.repository, pull, actor, reviewer=reviewer)

    def _request_code_owners(self, pull: PullRequest, paths: Iterable[str] | None = None) -> None:
        """What GitHub does by itself for a pull request that is ready: ask the owners of the changed files."""
        files = pull.repository.branches.get(pull.base_ref_name, {})
        text = next((files[place].text for place in PLACES if place in files), "")
        for owner in owners_of(text, paths if paths is not None else [file.path for file in pull.files]):
            known = owner.lower() in (self.teams if "/" in owner else self.accounts)
            if known and self.reviewer(owner) is not pull.author:
                self.request_review(pull, owner, code_owner=True)

    @act
    def review(self, pull: PullRequest, state: str, *, by: str | Account, body: str = "") -> Review:
        """Submit a review: APPROVED, CHANGES_REQUESTED or COMMENTED (ValueError for one's own pull request, or another)."""
        author = self.account(by)
        if state not in STATES or (author is pull.author and state != "COMMENTED"):
            raise ValueError(f"{author.login} cannot review {pull.slug} with {state}")
        number = self.numbers.take()
        identity = node_id("PullRequestReview", number, pull.database_id)
        submitted = Review(identity, number, author, state, self.now(), pull.head, body)
        pull.requests = [request for request in pull.requests if not _settled(request, author)]
        pull.reviews.append(submitted)
        pull.timeline.append(submitted)
        self.touch(pull)
        self.emit("pull_request_review", "submitted", pull.repository, pull, author, review=submitted)
        return submitted

    @act
    def dismiss(self, pull: PullRequest, review: Review, *, by: str | Account | None = None) -> None:
        """Take a standing approval or change request out of the count."""
        actor, before = self.account(by) if by else pull.author, review.state
        review.state = "DISMISSED"
        self.add_to_timeline(pull, "ReviewDismissedEvent", actor, previous_review_state=before, review=review)
        self.emit("pull_request_review", "dismissed", pull.repository, pull, actor, review=review)


def _settled(request: ReviewRequest, author: Account) -> bool:
    if isinstance(request.reviewer, Team):
        return author in request.reviewer.everybody()
    return request.reviewer is author


def latest_opinions(pull: PullRequest, *, writers_only: bool = False) -> list[Review]:
    """Each reviewer's last review that approves, requests changes or was dismissed."""
    latest: dict[str, Review] = {}
    for one in pull.reviews:
        if one.state != "COMMENTED" and (not writers_only or one.author is None or one.author.may_write):
            latest.pop(_key(one), None)
            latest[_key(one)] = one
    return list(latest.values())


def latest_reviews(pull: PullRequest) -> list[Review]:
    """Each reviewer's last review, without those who are asked again."""
    asked = {request.reviewer.id for request in pull.requests}
    return [one for one in {_key(one): one for one in pull.reviews}.values() if _key(one) not in asked]


def _key(review: Review) -> str:
    return review.author.id if review.author else "ghost"


def decision(pull: PullRequest) -> str | None:
    """`reviewDecision`: null where the repository requires no reviews; a re-request does not change it."""
    if not pull.repository.requires_review:
        return None
    states = {one.state for one in latest_opinions(pull, writers_only=True)}
    if "CHANGES_REQUESTED" in states:
        return "CHANGES_REQUESTED"
    return "APPROVED" if "APPROVED" in states else "REVIEW_REQUIRED"
