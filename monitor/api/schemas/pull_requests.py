"""The response bodies about pull requests."""

from pydantic import ConfigDict, Field

from monitor.api.schemas.enumerations import (
    CiState,
    Decision,
    Mergeable,
    PullRequestState,
    ReviewerKind,
    ReviewState,
    ReviewVerdict,
    Settled,
    Side,
    SnoozeEvent,
    TurnCode,
    WaitCode,
)
from monitor.api.schemas.events import Event
from monitor.api.schemas.field_types import ClosedModel, Count, PositiveInteger, RepositoryFullName, Timestamp, Url
from monitor.rules.roles import Role


class Label(ClosedModel):
    """A label. Its colour has six hex digits."""

    name: str
    color: str


class AskedReviewer(ClosedModel):
    """A reviewer whose review is requested now."""

    kind: ReviewerKind
    name: str
    """A login, or `org/slug`."""
    code_owner: bool
    since: Timestamp


class Review(ClosedModel):
    """The latest review of one person that still counts."""

    reviewer: str | None
    state: ReviewState
    submitted_at: Timestamp


class CodeOwner(ClosedModel):
    """A code owner, and the rule of CODEOWNERS that names them."""

    owner: str
    rule: str
    line: PositiveInteger
    paths: list[str]
    """At most 20 of the changed files that the rule matches."""
    paths_total: Count


class Queued(ClosedModel):
    """The place of the pull request in the merge queue."""

    position: Count
    since: Timestamp


class AutoMerge(ClosedModel):
    """Auto-merge is on: GitHub merges the pull request as soon as all conditions are met."""

    by: str | None
    since: Timestamp


class Wait(ClosedModel):
    """Why it is nobody's turn."""

    code: WaitCode
    reason: str
    since: Timestamp


class Turn(ClosedModel):
    """A person or team whose turn it is, and why."""

    model_config = ConfigDict(populate_by_name=True)

    login: str | None
    team: str | None
    as_: Side = Field(alias="as")
    code: TurnCode
    reason: str
    since: Timestamp


class Claimed(ClosedModel):
    """The claim: who has said “I'm on it”."""

    login: str
    since: Timestamp
    until: Timestamp


class MyTurn(ClosedModel):
    """Why it is your turn."""

    code: TurnCode
    reason: str
    since: Timestamp


class Snoozed(ClosedModel):
    """Until when you have snoozed the pull request; both null: for good."""

    until: Timestamp | None
    until_event: SnoozeEvent | None


class Mine(ClosedModel):
    """Your roles in the pull request, your turn, and your snooze."""

    roles: list[Role]
    turn: MyTurn | None
    snoozed: Snoozed | None


class PullRequest(ClosedModel):
    """A pull request as prmonitor last read it."""

    repository: RepositoryFullName
    number: PositiveInteger
    url: Url
    title: str
    author: str | None
    author_is_bot: bool
    state: PullRequestState
    draft: bool
    labels: list[Label]
    assignees: list[str]
    review_requests: list[AskedReviewer]
    reviews: list[Review]
    review_state: ReviewVerdict
    ci: CiState
    mergeable: Mergeable
    base: str
    head: str
    head_sha: str
    decision: Decision | None
    """GitHub's review decision; null if the branch requires no review, or GitHub did not say."""
    merge_queue: Queued | None
    """Its place in the merge queue; null if it is not in one, or GitHub did not say."""
    auto_merge: AutoMerge | None
    """Who asked GitHub to merge it as soon as nothing blocks the merge; null if nobody did, or GitHub did not say."""
    unresolved_threads: Count
    """Conversations of reviews that are not resolved; 0 if GitHub did not say."""
    stacked_on: PositiveInteger | None
    """The number of the open pull request of the same repository whose head branch is the base of this one."""
    additions: Count
    deletions: Count
    changed_files: Count
    code_owners: list[CodeOwner]
    turn: list[Turn]
    waits_for: Wait | None
    """Why an open pull request is nobody's turn; null if it is somebody's, or not open."""
    claimed: Claimed | None
    created_at: Timestamp
    updated_at: Timestamp
    ready_at: Timestamp | None
    merged_at: Timestamp | None
    closed_at: Timestamp | None
    as_of: Timestamp
    """When prmonitor last read the pull request in full."""
    mine: Mine


class LedgerEntry(ClosedModel):
    """One review request, present or past. GitHub forgets a request once it is settled."""

    kind: ReviewerKind
    name: str
    by: str | None
    code_owner: bool
    asked_at: Timestamp
    settled_at: Timestamp | None
    settled: Settled | None
    settled_by: str | None


class PullRequestInFull(PullRequest):
    """A pull request with all its review requests, past ones too, and its events."""

    requests: list[LedgerEntry]
    history: list[Event]


class PullRequestPage(ClosedModel):
    """A page of pull requests."""

    items: list[PullRequest]
    count: Count
