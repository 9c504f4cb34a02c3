"""A hint: which pull requests, repository or team to look at now, as values; to and from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

Kind = Literal["details", "checks", "repository", "owners", "team", "installation", "unhooked"]


@dataclass(frozen=True, slots=True)
class Named:
    """Something on GitHub as a payload names it: by node id, by name (a pull request: by number), or by both."""

    node_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """Where to look. `head_sha` finds the pull requests that a payload does not name; `branch` is where owners changed."""

    kind: Kind
    repositories: tuple[Named, ...] = ()
    pull_requests: tuple[Named, ...] = ()
    head_sha: str = ""
    teams: tuple[str, ...] = ()
    branch: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the row that keeps the hint."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The hint behind `to_json`."""
        named = {part: tuple(Named(**one) for one in plain[part]) for part in ("repositories", "pull_requests")}
        return cls(**{**plain, **named, "teams": tuple(plain["teams"])})
