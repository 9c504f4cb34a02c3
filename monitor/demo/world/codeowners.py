"""Which accounts and teams a CODEOWNERS file names for changed paths, as far as the demo world needs it.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from __future__ import annotations

from collections.abc import Iterable

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")


def owners_of(text: str, paths: Iterable[str]) -> list[str]:
    """Owners (`login` or `org/team`, without the @) of any of the paths, in the file's order, each once."""
    rules = [rule for line in text.splitlines() if (rule := line.split("#")[0].split())]
    found: dict[str, None] = {}
    for path in paths:
        last = next((owners for pattern, *owners in reversed(rules) if matches(pattern, path)), [])
        found.update((owner.lstrip("@"), None) for owner in last if owner.startswith("@"))
    return list(found)


def matches(pattern: str, path: str) -> bool:
    """Whether a CODEOWNERS pattern covers a path: a directory covers all beneath it, `**` any number of levels."""
    anchored = "/" in pattern.rstrip("/")
    segments = pattern.strip("/").split("/")
    if not anchored:
        segments = ["**", *segments]
    return _covers(segments, path.split("/"), only_directories=pattern.endswith("/"), deep=segments[-1] != "*")


def _covers(segments: list[str], parts: list[str], *, only_directories: bool, deep: bool) -> bool:
    reached = {0}
    for segment in segments:
        if segment == "**":
            reached = set(range(min(reached, default=len(parts) + 1), len(parts) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(parts) and _same(segment, parts[at])}
    if only_directories:
        return any(at < len(parts) for at in reached)
    return len(parts) in reached or (deep and bool(reached))


def _same(glob: str, text: str) -> bool:
    """`*` any run, `?` one character, within one level; goes back to the last star only, so it stays cheap."""
    at, star, place, mark = 0, -1, 0, 0
    while place < len(text):
        if at < len(glob) and glob[at] == "*":
            star, mark, at = at, place, at + 1
        elif at < len(glob) and glob[at] in ("?", text[place]):
            at, place = at + 1, place + 1
        elif star >= 0:
            mark += 1
            at, place = star + 1, mark
        else:
            return False
    return not glob[at:].strip("*")
