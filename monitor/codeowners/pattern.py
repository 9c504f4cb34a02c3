"""The shape of a pattern: the segments it asks a path for, from the root, and how much of the path it takes with it."""

import re
from dataclasses import dataclass
from typing import Literal

# Deep: the path ends here or goes on below; below: it goes on; exact: it ends here.
Ending = Literal["deep", "below", "exact"]
ANY_DEPTH = "**"
_STARS = re.compile(r"\*{2,}")


@dataclass(frozen=True, slots=True)
class Shape:
    """Segments as written, `**` for any number of them (never two in a row, never last)."""

    segments: tuple[str, ...]
    ending: Ending


def shape_of(pattern: str) -> Shape | None:
    """What a pattern asks for; None when no path can be that.

    A slash at the start or in the middle ties it to the root; without one it is looked for at any depth. `name`
    means a file or everything below a directory of that name, `name/` and `name/**` only what is below, and a last
    segment of one `*` only files that lie right there.
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
    if "" in kept or any(segment.endswith("\\") and _dangles(segment) for segment in kept):
        return None
    kept = [segment if segment == ANY_DEPTH else _STARS.sub("*", segment) for segment in kept]
    ending: Ending = "below" if directory else "exact" if kept[-1] == "*" else "deep"
    return Shape(tuple(kept), ending)


def _before(segments: list[str], at: int) -> str:
    return segments[at - 1] if at else ""


def _dangles(segment: str) -> bool:
    """Whether the last backslash escapes nothing within its segment."""
    return (len(segment) - len(segment.rstrip("\\"))) % 2 == 1
