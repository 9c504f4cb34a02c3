"""The values that the GitHub client returns: frozen dataclasses without GitHub's field names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, Literal, TypeVar

from monitor.rules.merge_facts import MergeFacts
from monitor.rules.snapshot import Ci, Mergeable, PullRequestState, Snapshot

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RepositoryMetadata:
    """What GitHub says about a repository itself. `default_branch` is empty if no branch exists or can be read."""

    node_id: str
    full_name: str
    url: str
    private: bool
    archived: bool
    default_branch: str


@dataclass(frozen=True, slots=True)
class LoginOwner:
    """The account that a login belongs to: a person or an organization. `login` has GitHub's own spelling."""

    login: str
    person: bool


@dataclass(frozen=True, slots=True)
class ListedPullRequest:
    """A pull request in a list: only the fields that show whether the pull request changed."""

    node_id: str
    number: int
    state: PullRequestState
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ProbedRepository:
    """A repository and one page of its pull requests. If `has_more`, `cursor` leads to the next page.

    `total` is the length of the whole list, if the query asked for that number.
    """

    metadata: RepositoryMetadata
    rows: tuple[ListedPullRequest, ...]
    has_more: bool
    cursor: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Checks:
    """CI and what decides about a merge, for the commit `head_sha`: they change without a change of `updated_at`."""

    node_id: str
    state: PullRequestState
    head_sha: str
    updated_at: datetime
    ci: Ci
    mergeable: Mergeable
    merging: MergeFacts


@dataclass(frozen=True, slots=True)
class CodeownersBlob:
    """The CODEOWNERS file of a branch; every field is empty if the branch has no such file.

    `truncated`: the file is larger than GitHub loads (3 MB): it has no owners. `cut`: GraphQL shows only its beginning,
    `Client.blob_text` reads the whole.
    """

    path: str = ""
    oid: str = ""
    text: str = ""
    truncated: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ChangedFiles:
    """The changed paths at `head_sha`. `truncated`: GitHub lists no more (3,000 files), or GitHub was too slow."""

    head_sha: str
    paths: tuple[str, ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class QueryCost:
    """What queries cost: points (for `core`: requests), seconds of waiting, and what remains of the rate limit.

    None: GitHub did not say.
    """

    points: int = 0
    seconds: float = 0.0
    remaining: int | None = None
    limit: int | None = None
    reset_at: datetime | None = None
    resource: Literal["graphql", "core"] = "graphql"

    def plus(self, later: QueryCost) -> QueryCost:
        """The sum of points and seconds; the rest of the rate limit as the later answer states it."""
        known = later if later.remaining is not None else self
        return replace(known, points=self.points + later.points, seconds=self.seconds + later.seconds)


@dataclass(frozen=True, slots=True)
class GitHubAnswer(Generic[T]):
    """A complete answer, or a partial answer that names the parts that are not there.

    `found` is keyed by what the caller asked for. `missing`: GitHub says that the object does not exist (it is deleted,
    or access was lost: GitHub does not tell which). `refused`: the object may not be read, or GitHub's answer about it
    is incomplete; the value gives the reason in words. `protected`: what the single sign-on of its organization hides,
    wholly or in part.
    """

    found: Mapping[str, T]
    missing: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    cost: QueryCost = field(default_factory=QueryCost)
    protected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PullRequestDetails(GitHubAnswer[Snapshot]):
    """Snapshots, and the node ids of their repositories; the key of both is the pull request's node id."""

    repositories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CredentialReport:
    """What GitHub says about a credential, for the people who run prmonitor.

    `kind`: "classic token", "fine-grained token" or "app installation". `scopes`: what GitHub granted (an installation's
    permissions as `name:access`). `notes`: sentences about what prmonitor cannot read, and why. `expires_at`: None
    means never.
    """

    identity: str
    kind: str
    login: str
    scopes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    expires_at: datetime | None = None
    notes: tuple[str, ...] = ()
    cost: QueryCost = field(default_factory=QueryCost)
