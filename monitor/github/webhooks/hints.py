"""A hint names the pull requests, repositories or teams to look at now; with conversion to and from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

HintKind = Literal["details", "checks", "repository", "owners", "team", "installation", "unhooked"]


@dataclass(frozen=True, slots=True)
class NamedObject:
    """A repository or pull request as a payload names it: by node id, by name (a pull request: by number), or both."""

    node_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """What to look at. `head_sha` identifies pull requests that the payload does not name.

    `branch` is the branch on which CODEOWNERS changed.
    """

    kind: HintKind
    repositories: tuple[NamedObject, ...] = ()
    pull_requests: tuple[NamedObject, ...] = ()
    head_sha: str = ""
    teams: tuple[str, ...] = ()
    branch: str = ""

    def to_json(self) -> dict[str, Any]:
        """The hint as plain values, for a database row."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The hint that `to_json` has written."""
        named = {part: tuple(NamedObject(**one) for one in plain[part]) for part in ("repositories", "pull_requests")}
        return cls(**{**plain, **named, "teams": tuple(plain["teams"])})
