"""What goes out of pull requests."""

from pydantic import ConfigDict, Field

from monitor.events import Role
from monitor.schemas.events import Event
from monitor.schemas.values import Address, Closed, Count, Number, RepositoryName, Stamp
from monitor.schemas.words import (
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
)


class Label(Closed):
    """A label and its colour, six hex digits."""

    name: str
    color: str


class AskedReviewer(Closed):
    """Who is asked for a review now."""

    kind: ReviewerKind
    name: str
    """A login, or `org/slug`."""
    code_owner: bool
    since: Stamp


class Review(Closed):
    """The latest review of one person that still counts."""

    reviewer: str | None
    state: ReviewState
    submitted_at: Stamp


class CodeOwner(Closed):
    """An owner by CODEOWNERS, and the rule that says so."""

    owner: str
    rule: str
    line: Number
    paths: list[str]
    """At most 20."""
    paths_total: Count


class Queued(Closed):
    """Its place in the merge queue."""

    position: Count
    since: Stamp


class AutoMerge(Closed):
    """It merges by itself as soon as it may."""

    by: str | None
    since: Stamp


class Wait(Closed):
    """Why it is nobody's turn."""

    code: str
    reason: str
    since: Stamp


class Turn(Closed):
    """Somebody whose turn it is, and why."""

    model_config = ConfigDict(populate_by_name=True)

    login: str | None
    team: str | None
    as_: Side = Field(alias="as")
    code: TurnCode
    reason: str
    since: Stamp


class Claimed(Closed):
    """Who is on it."""

    login: str
    since: Stamp
    until: Stamp


class MyTurn(Closed):
    """Why it is my turn."""

    code: TurnCode
    reason: str
    since: Stamp


class Snoozed(Closed):
    """Until when I put it off; both null: for good."""

    until: Stamp | None
    until_event: SnoozeEvent | None


class Mine(Closed):
    """What the pull request is to me."""

    roles: list[Role]
    turn: MyTurn | None
    snoozed: Snoozed | None


class PullRequest(Closed):
    """A pull request as last read."""

    repository: RepositoryName
    number: Number
    url: Address
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
    """GitHub's own; null where the branch asks for no review. Not read yet: always null."""
    merge_queue: Queued | None
    """Not read yet: always null."""
    auto_merge: AutoMerge | None
    """Not read yet: always null."""
    unresolved_threads: Count
    """Not read yet: always 0."""
    stacked_on: Number | None
    """The number of the pull request below it. Not worked out yet: always null."""
    additions: Count
    deletions: Count
    changed_files: Count
    code_owners: list[CodeOwner]
    turn: list[Turn]
    waits_for: Wait | None
    """Not worked out yet: always null."""
    claimed: Claimed | None
    created_at: Stamp
    updated_at: Stamp
    ready_at: Stamp | None
    merged_at: Stamp | None
    closed_at: Stamp | None
    as_of: Stamp
    """When GitHub was last read in full for it."""
    mine: Mine


class LedgerEntry(Closed):
    """One review request, kept also when GitHub has forgotten it."""

    kind: ReviewerKind
    name: str
    by: str | None
    code_owner: bool
    asked_at: Stamp
    settled_at: Stamp | None
    settled: Settled | None
    settled_by: str | None


class PullRequestInFull(PullRequest):
    """A pull request with its review requests of all times and its events."""

    requests: list[LedgerEntry]
    history: list[Event]


class PullRequestPage(Closed):
    """A page of pull requests."""

    items: list[PullRequest]
    count: Count
