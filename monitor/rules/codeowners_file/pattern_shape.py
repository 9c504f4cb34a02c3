"""Splits a CODEOWNERS pattern into segments, and decides whether a path has to end at the last one."""

import re
from dataclasses import dataclass
from typing import Literal

# After the last segment, the path: deep = ends or goes on; below = goes on; exact = ends.
Ending = Literal["deep", "below", "exact"]
ANY_DEPTH = "**"
_STARS = re.compile(r"\*{2,}")


@dataclass(frozen=True, slots=True)
class PatternShape:
    """The segments of a pattern, from the root. `**` means any number of segments; it is never last nor comes twice."""

    segments: tuple[str, ...]
    ending: Ending


def shape_of(pattern: str) -> PatternShape | None:
    """The segments and the ending of a pattern; None if no path can match it.

    A pattern with a slash at the start or in the middle begins at the root, any other one at any depth. `name` matches
    a file, or everything below a directory of that name; `name/` and `name/**` match only what is below; a last
    segment `*` matches only files right there.
    """
    directory = pattern.endswith("/")
    body = pattern[:-1] if directory else pattern
    segments = body.removeprefix("/").split("/")
    if "/" not in body:
        segments.insert(0, ANY_DEPTH)
    kept = [segment for at, segment in enumerate(segments) if not (segment == ANY_DEPTH == _before(segments, at))]
    if kept[-1] == ANY_DEPTH:
        kept.pop()
        directory = True
    if "" in kept or any(segment.endswith("\\") and _has_dangling_backslash(segment) for segment in kept):
        return None
    kept = [segment if segment == ANY_DEPTH else _STARS.sub("*", segment) for segment in kept]
    ending: Ending = "below" if directory else "exact" if kept[-1] == "*" else "deep"
    return PatternShape(tuple(kept), ending)


def _before(segments: list[str], at: int) -> str:
    return segments[at - 1] if at else ""


def _has_dangling_backslash(segment: str) -> bool:
    """Whether the segment ends with a backslash that escapes nothing."""
    return (len(segment) - len(segment.rstrip("\\"))) % 2 == 1
