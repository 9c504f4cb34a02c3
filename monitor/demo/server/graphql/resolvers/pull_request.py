"""The fields of a pull request and of what its timeline holds."""

from __future__ import annotations

from typing import Any

from monitor.demo.server.graphql.connections import Page, page_of
from monitor.demo.server.graphql.context import Info, Resolver, shown
from monitor.demo.server.graphql.nodes import PullRequestCommit, Ref
from monitor.demo.server.graphql.resolvers.repository import rollup_of
from monitor.demo.world import merge_rules, reviews
from monitor.demo.world.objects import Account, PullRequest, Review, ReviewRequest, Team, TimelineItem


def _head(pull: PullRequest, info: Info) -> Ref | None:
    """The head branch with its last commit; a merged pull request's branch is deleted."""
    return None if pull.merged else Ref(pull.repository, pull.head_ref_name, pull.commits[-1])


def _reviewer_of(request: ReviewRequest, info: Info) -> Account | Team | None:
    return request.reviewer if info.context.credential.reads(request.reviewer) else None


def _reviewer_in(item: TimelineItem, info: Info) -> Account | Team | None:
    reviewer = item.details["requested_reviewer"]
    if not info.context.credential.reads(reviewer):
        return None
    return shown(reviewer) if isinstance(reviewer, Account) else reviewer


def _commit_of_dismissal(item: TimelineItem, info: Info) -> PullRequestCommit | None:
    """The push that made a review stale; null where a person dismissed it."""
    commit = item.details["pull_request_commit"]
    return None if commit is None else PullRequestCommit(commit)


def _timeline(pull: PullRequest, info: Info, **args: Any) -> Page[TimelineItem | Review]:
    wanted = args.get("itemTypes")
    names = {text.title().replace("_", "") for text in wanted} if wanted else None
    items = [item for item in pull.timeline if names is None or item.typename in names]
    return page_of(items, args)


def _reviews(pull: PullRequest, info: Info, **args: Any) -> Page[Review]:
    states, author = args.get("states"), args.get("author")
    kept = [one for one in pull.reviews if not states or one.state in states]
    return page_of([one for one in kept if not author or (one.author and one.author.login == author)], args)


def _opinions(pull: PullRequest, info: Info, **args: Any) -> Page[Review]:
    return page_of(merge_rules.latest_opinions(pull, writers_only=bool(args.get("writersOnly"))), args)


FIELDS: dict[str, Resolver] = {
    "PullRequest.author": lambda pull, info: shown(pull.author),
    "PullRequest.mergedBy": lambda pull, info: shown(pull.merged_by),
    "PullRequest.fullDatabaseId": lambda pull, info: str(pull.database_id),
    "PullRequest.url": lambda pull, info: (
        f"{info.context.world.web_url}/{pull.repository.name_with_owner}/pull/{pull.number}"
    ),
    "PullRequest.headRef": _head,
    "PullRequest.baseRef": lambda pull, info: Ref(pull.repository, pull.base_ref_name),
    "PullRequest.closed": lambda pull, info: pull.state != "OPEN",
    "PullRequest.baseRepository": lambda pull, info: pull.repository,
    "PullRequest.mergeStateStatus": lambda pull, info: merge_rules.merge_state(info.context.world, pull),
    "PullRequest.reviewDecision": lambda pull, info: merge_rules.decision(info.context.world, pull),
    "PullRequest.totalCommentsCount": lambda pull, info: pull.comments,
    "PullRequest.labels": lambda pull, info, **args: page_of(pull.labels, args),
    "PullRequest.assignees": lambda pull, info, **args: page_of(pull.assignees, args),
    "PullRequest.reviewRequests": lambda pull, info, **args: page_of(pull.requests, args),
    "PullRequest.reviews": _reviews,
    "PullRequest.reviewThreads": lambda pull, info, **args: page_of(pull.threads, args),
    "PullRequest.latestReviews": lambda pull, info, **args: page_of(reviews.latest_reviews(pull), args),
    "PullRequest.latestOpinionatedReviews": _opinions,
    "PullRequest.timelineItems": _timeline,
    "PullRequest.commits": lambda pull, info, **args: page_of([PullRequestCommit(one) for one in pull.commits], args),
    "PullRequest.files": lambda pull, info, **args: page_of(pull.files, args),
    "PullRequest.statusCheckRollup": lambda pull, info: rollup_of(pull.commits[-1], info),
    "PullRequestReview.author": lambda review, info: shown(review.author),
    "PullRequestReview.authorCanPushToRepository": lambda review, info: bool(
        (author := shown(review.author)) and author.may_write
    ),
    "AutoMergeRequest.enabledBy": lambda request, info: shown(request.enabled_by),
    "ReviewDismissedEvent.pullRequestCommit": _commit_of_dismissal,
    "ReviewRequest.requestedReviewer": _reviewer_of,
    "ReviewRequestedEvent.requestedReviewer": _reviewer_in,
    "ReviewRequestRemovedEvent.requestedReviewer": _reviewer_in,
    "IssueComment.author": lambda item, info: shown(item.actor),
    "AssignedEvent.assignee": lambda item, info: shown(item.details["assignee"]),
    "UnassignedEvent.assignee": lambda item, info: shown(item.details["assignee"]),
}
