"""Review requests and reviews, with what GitHub does beside them.

A submitted review (a mere comment too) takes away its author's own request and every request to a team the author
is in; GitHub writes no event for that. A review decision outlives a re-request.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.demo.world.merge_rules import code_owners, latest_opinions, reviewer_key
from monitor.demo.world.node_ids import node_id
from monitor.demo.world.objects import Account, Commit, PullRequest, Review, ReviewRequest, Team
from monitor.demo.world.state import WorldState, act

# A bot that is asked under one login and answers under another.
_REVIEWS_AS = {"copilot": "copilot-pull-request-reviewer"}
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
        for owner in code_owners(self, pull, paths if paths is not None else [file.path for file in pull.files]):
            if owner is not pull.author:
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
        self._dismiss(pull, review, self.account(by) if by else pull.author)

    def _dismiss_stale_reviews(self, pull: PullRequest, pusher: Account | None) -> None:
        """What GitHub does at a push, where the base branch wants it: the approvals of what was there before end."""
        repo = pull.repository
        if repo.dismisses_stale_reviews and repo.protects(pull.base_ref_name):
            for review in latest_opinions(pull):
                if review.state == "APPROVED":
                    self._dismiss(pull, review, pusher, pull.head)

    def _dismiss(self, pull: PullRequest, review: Review, actor: Account | None, commit: Commit | None = None) -> None:
        details = {"previous_review_state": review.state, "review": review, "pull_request_commit": commit}
        review.state = "DISMISSED"
        self.add_to_timeline(pull, "ReviewDismissedEvent", actor, **details)
        self.emit("pull_request_review", "dismissed", pull.repository, pull, actor, review=review)


def _settled(request: ReviewRequest, author: Account) -> bool:
    if isinstance(request.reviewer, Team):
        return author in request.reviewer.everybody()
    return request.reviewer is author or _REVIEWS_AS.get(request.reviewer.login.lower()) == author.login.lower()


def latest_reviews(pull: PullRequest) -> list[Review]:
    """Each reviewer's last review, without those who are asked again."""
    asked = {request.reviewer.id for request in pull.requests}
    return [one for one in {reviewer_key(one): one for one in pull.reviews}.values() if reviewer_key(one) not in asked]
