"""One line of CODEOWNERS: a pattern and its owners, a comment, or something GitHub does not understand."""

import re
from dataclasses import dataclass

_LONGEST = 4096  # characters of a pattern; a longer one can match no path that git can store
_PATTERN = re.compile(r"(?:\\.|[^\\ \t])+")
_OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:/[A-Za-z0-9_.-]{1,99})?|[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its line (from 1), the pattern and the owners as written. No owners: whatever matches is nobody's."""

    line: int
    pattern: str
    owners: tuple[str, ...]


def read(text: str, number: int) -> Rule | None:
    """The rule of a line; None for an empty line, a comment, and any line GitHub skips.

    GitHub takes neither `!`, nor `[ ]`, nor `\\#`, nor an owner that is none, and reads the rest of the file all the same.
    """
    text = text.strip(" \t\r")
    if not text or text[0] in "#!":
        return None
    if "\\" in text:
        found = _PATTERN.match(text)
        pattern, rest = (found.group(), text[found.end() :]) if found else ("", "")
        if rest[:1] not in ("", " ", "\t"):
            return None  # a backslash that escapes nothing
    else:
        pattern, rest = _first_word(text)
    if not _understood(pattern):
        return None
    owners = _owners(rest)
    return None if owners is None else Rule(number, pattern, owners)


def _first_word(text: str) -> tuple[str, str]:
    words = text.replace("\t", " ").split(" ", 1)
    return words[0], words[1] if len(words) > 1 else ""


def _understood(pattern: str) -> bool:
    if not pattern or len(pattern) > _LONGEST or "***" in pattern or "\\#" in pattern:
        return False
    bare = re.sub(r"\\.", "", pattern) if "\\" in pattern else pattern
    return "[" not in bare and "]" not in bare


def _owners(rest: str) -> tuple[str, ...] | None:
    """The owners before a comment; None when one of them is no owner."""
    words = rest.partition("#")[0].split()
    return tuple(words) if all(_OWNER.fullmatch(word) for word in words) else None
