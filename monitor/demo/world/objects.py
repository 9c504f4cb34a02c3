"""What the demo GitHub is made of: accounts, teams, repositories, pull requests and what hangs on them.

Attribute names are GitHub's GraphQL names in snake case, so that a field resolves to the attribute of its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(eq=False, slots=True)
class Account:
    """A user, bot, mannequin or organisation (`typename` says which). A deleted one shows as null."""

    typename: str
    id: str
    database_id: int
    login: str
    name: str | None = None
    email: str = ""
    deleted: bool = False
    may_write: bool = True


@dataclass(eq=False, slots=True)
class Team:
    """A team of an organization; `people` are its direct members."""

    id: str
    database_id: int
    organization: Account
    slug: str
    name: str
    privacy: str = "VISIBLE"
    parent_team: Team | None = None
    people: list[Account] = field(default_factory=list)
    children: list[Team] = field(default_factory=list)
    typename: str = "Team"

    @property
    def combined_slug(self) -> str:
        return f"{self.organization.login}/{self.slug}"

    def everybody(self) -> list[Account]:
        """Direct members, then those of child teams, each once."""
        seen = dict.fromkeys(self.people)
        for child in self.children:
            seen.update(dict.fromkeys(child.everybody()))
        return list(seen)


@dataclass(eq=False, slots=True)
class Label:
    """A label of a repository."""

    id: str
    name: str
    color: str
    typename: str = "Label"


@dataclass(eq=False, slots=True)
class Blob:
    """The text of a file."""

    id: str
    oid: str
    text: str
    typename: str = "Blob"


@dataclass(eq=False, slots=True)
class Check:
    """A check run (Checks API) or, with `context`, a commit status."""

    id: str
    database_id: int
    name: str
    status: str = "COMPLETED"
    conclusion: str | None = None
    state: str | None = None
    typename: str = "CheckRun"

    @property
    def context(self) -> str:
        return self.name


@dataclass(eq=False, slots=True)
class Commit:
    """A commit with its checks; `rollup` is what they come to, None without any."""

    id: str
    oid: str
    committed_date: datetime
    author: Account | None = None
    rollup: str | None = None
    checks: list[Check] = field(default_factory=list)
    typename: str = "Commit"


@dataclass(eq=False, slots=True)
class ChangedFile:
    """A file that a pull request changes."""

    path: str
    additions: int = 1
    deletions: int = 0
    change_type: str = "MODIFIED"


@dataclass(eq=False, slots=True)
class ReviewRequest:
    """A pending request to a person or a team."""

    id: str
    database_id: int
    reviewer: Account | Team
    as_code_owner: bool = False
    typename: str = "ReviewRequest"


@dataclass(eq=False, slots=True)
class TimelineItem:
    """One item of a pull request's timeline; `details` holds what its type has beyond actor and time."""

    typename: str
    id: str
    created_at: datetime
    actor: Account | None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Review:
    """A submitted review."""

    id: str
    database_id: int
    author: Account | None
    state: str
    submitted_at: datetime
    commit: Commit
    body: str = ""
    typename: str = "PullRequestReview"

    @property
    def created_at(self) -> datetime:
        return self.submitted_at


@dataclass(eq=False, slots=True)
class ReviewThread:
    """A conversation about some lines of a pull request."""

    id: str
    pull: PullRequest
    path: str
    is_resolved: bool = False
    is_outdated: bool = False
    resolved_by: Account | None = None
    typename: str = "PullRequestReviewThread"


@dataclass(eq=False, slots=True)
class MergeQueueEntry:
    """A pull request's place in the merge queue of its base branch; the first one's checks are running."""

    id: str
    pull: PullRequest
    enqueuer: Account
    enqueued_at: datetime
    typename: str = "MergeQueueEntry"

    @property
    def position(self) -> int:
        base = self.pull.base_ref_name
        queue = [entry for entry in self.pull.repository.merge_queue if entry.pull.base_ref_name == base]
        return queue.index(self) + 1

    @property
    def state(self) -> str:
        return "AWAITING_CHECKS" if self.position == 1 else "QUEUED"


@dataclass(eq=False, slots=True)
class AutoMergeRequest:
    """Somebody wants a pull request merged as soon as nothing stands against it."""

    enabled_by: Account | None
    enabled_at: datetime


@dataclass(eq=False, slots=True)
class Repository:
    """A repository; `branches` and `tags` hold the files by path, and a deleted one resolves for nobody.

    What its rules require holds for pull requests to its protected branches: those named, and the default branch where
    there is any rule. `required_approvals` None: no review is required.
    """

    id: str
    database_id: int
    owner: Account
    name: str
    created_at: datetime
    is_private: bool = False
    is_archived: bool = False
    is_disabled: bool = False
    deleted: bool = False
    required_approvals: int | None = 1
    requires_code_owner_review: bool = False
    dismisses_stale_reviews: bool = False
    requires_conversation_resolution: bool = False
    required_checks: bool = False
    protected_branches: set[str] = field(default_factory=set)
    description: str = ""
    default_branch: str = "main"
    next_number: int = 1
    branches: dict[str, dict[str, Blob]] = field(default_factory=dict)
    tags: dict[str, dict[str, Blob]] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    merge_queue: list[MergeQueueEntry] = field(default_factory=list)
    unsorted: bool = True
    by_update: list[PullRequest] = field(default_factory=list)
    typename: str = "Repository"

    @property
    def name_with_owner(self) -> str:
        return f"{self.owner.login}/{self.name}"

    def protects(self, branch: str) -> bool:
        """Whether the rules hold for this branch."""
        rules = self.requires_conversation_resolution or self.required_checks or self.dismisses_stale_reviews
        has_any = self.required_approvals is not None or self.requires_code_owner_review or rules
        return branch in self.protected_branches or (has_any and branch == self.default_branch)

    def recently_updated(self) -> list[PullRequest]:
        """Its pull requests, last updated first (sorted again only after a change)."""
        if self.unsorted:
            self.by_update = sorted(self.pulls.values(), key=lambda p: (p.updated_at, p.number), reverse=True)
            self.unsorted = False
        return self.by_update


@dataclass(eq=False, slots=True)
class PullRequest:
    """A pull request; of `commits` the last is its head."""

    id: str
    database_id: int
    number: int
    repository: Repository
    author: Account | None
    title: str
    created_at: datetime
    updated_at: datetime
    base_ref_name: str
    base_ref_oid: str
    head_ref_name: str
    commits: list[Commit]
    published_at: datetime | None = None
    state: str = "OPEN"
    is_draft: bool = False
    is_cross_repository: bool = False
    is_behind: bool = False
    merge_queue_entry: MergeQueueEntry | None = None
    auto_merge_request: AutoMergeRequest | None = None
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    merged_by: Account | None = None
    mergeable: str = "MERGEABLE"
    body: str = ""
    additions: int = 0
    deletions: int = 0
    changed_files: int = 0
    comments: int = 0
    files: list[ChangedFile] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    assignees: list[Account] = field(default_factory=list)
    requests: list[ReviewRequest] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    threads: list[ReviewThread] = field(default_factory=list)
    timeline: list[TimelineItem | Review] = field(default_factory=list)
    typename: str = "PullRequest"

    @property
    def head(self) -> Commit:
        return self.commits[-1]

    @property
    def head_ref_oid(self) -> str:
        return self.commits[-1].oid

    @property
    def is_in_merge_queue(self) -> bool:
        return self.merge_queue_entry is not None

    @property
    def merged(self) -> bool:
        return self.state == "MERGED"

    @property
    def slug(self) -> str:
        """`owner/name#number`, as people write it."""
        return f"{self.repository.name_with_owner}#{self.number}"
