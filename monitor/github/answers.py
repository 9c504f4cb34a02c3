"""What the GitHub client hands out: frozen values without any of GitHub's own field names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, Literal, TypeVar

from monitor.snapshot import Ci, Mergeable, PullRequestState, Snapshot

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a repository is. `default_branch` is empty where there is no branch, or it may not be read."""

    node_id: str
    full_name: str
    url: str
    private: bool
    archived: bool
    default_branch: str


@dataclass(frozen=True, slots=True)
class Account:
    """Who is behind a login, which is spelt as GitHub spells it: a person, or else an organization."""

    login: str
    person: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A pull request as a probe shows it: just enough to tell whether anything moved."""

    node_id: str
    number: int
    state: PullRequestState
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Probed:
    """A repository and a page of its pull requests; `cursor` continues where `rows` end, when there `has_more`.

    `total` is how many the whole list has, where that was asked for.
    """

    facts: Facts
    rows: tuple[Row, ...]
    has_more: bool
    cursor: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Checks:
    """What moves without moving a pull request's `updated_at`; it is about the commit `head_sha`."""

    node_id: str
    state: PullRequestState
    head_sha: str
    updated_at: datetime
    ci: Ci
    mergeable: Mergeable


@dataclass(frozen=True, slots=True)
class CodeownersBlob:
    """The CODEOWNERS file of a branch; all empty when there is none.

    `truncated`: it is larger than GitHub loads (3 MB) or shows, so `text` is not the whole file.
    """

    path: str = ""
    oid: str = ""
    text: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class ChangedFiles:
    """The changed paths at `head_sha`; `truncated` when GitHub lists no more (3,000 files), or was too slow."""

    head_sha: str
    paths: tuple[str, ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call took: points (or requests, for `core`), seconds of waiting, and what is left. None: not said."""

    points: int = 0
    seconds: float = 0.0
    remaining: int | None = None
    limit: int | None = None
    reset_at: datetime | None = None
    resource: Literal["graphql", "core"] = "graphql"

    def plus(self, later: Cost) -> Cost:
        """Both together: points and seconds added up, what is left as the later one tells."""
        known = later if later.remaining is not None else self
        return replace(known, points=self.points + later.points, seconds=self.seconds + later.seconds)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A whole answer, or a partial one that says which part is what.

    `found` is keyed by what was asked. `missing`: GitHub says it is not there (deleted, or access was lost: it does
    not tell which). `refused`: it may not be read, or was not answered whole; the value says why, in words.
    """

    found: Mapping[str, T]
    missing: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    cost: Cost = field(default_factory=Cost)


@dataclass(frozen=True, slots=True)
class Details(Answer[Snapshot]):
    """Snapshots, and the node id of the repository each of them is in, both by the pull request's node id."""

    repositories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credential:
    """What we are to GitHub, for the people who run this.

    `kind`: "classic token", "fine-grained token" or "app installation"; `scopes`: what was granted (an installation's
    permissions as `name:access`); `notes`: sentences about what cannot be read and why; `expires_at`: None is never.
    """

    identity: str
    kind: str
    login: str
    scopes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    expires_at: datetime | None = None
    notes: tuple[str, ...] = ()
    cost: Cost = field(default_factory=Cost)
