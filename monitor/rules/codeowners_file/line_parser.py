"""Parses one line of a CODEOWNERS file: a rule, a comment, or something that GitHub does not understand."""

import re
from dataclasses import dataclass

_MAX_PATTERN_LENGTH = 4096  # characters; git stores no path that a longer pattern could match
_PATTERN = re.compile(r"(?:\\.|[^\\ \t])+")
_OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:/[A-Za-z0-9_.-]{1,99})?|[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class CodeownersRule:
    """One rule: the number of its line (from 1), the pattern and the owners as written.

    A rule without owners means that nobody owns the paths that it matches.
    """

    line: int
    pattern: str
    owners: tuple[str, ...]


def parse_line(text: str, number: int) -> CodeownersRule | None:
    """The rule of a line; None for an empty line, a comment, and any line that GitHub skips.

    GitHub skips a line with `!` at the start, `[ ]` or `\\#` in the pattern, or an owner that is not one, and still
    reads the other lines.
    """
    text = text.strip(" \t\r")
    if not text or text[0] in "#!":
        return None
    if "\\" in text:
        found = _PATTERN.match(text)
        pattern, rest = (found.group(), text[found.end() :]) if found else ("", "")
        if rest[:1] not in ("", " ", "\t"):
            return None  # the backslash escapes nothing
    else:
        pattern, rest = _first_word(text)
    if not _is_supported(pattern):
        return None
    owners = _owners(rest)
    return None if owners is None else CodeownersRule(number, pattern, owners)


def _first_word(text: str) -> tuple[str, str]:
    words = text.replace("\t", " ").split(" ", 1)
    return words[0], words[1] if len(words) > 1 else ""


def _is_supported(pattern: str) -> bool:
    if not pattern or len(pattern) > _MAX_PATTERN_LENGTH or "***" in pattern or "\\#" in pattern:
        return False
    bare = re.sub(r"\\.", "", pattern) if "\\" in pattern else pattern
    return "[" not in bare and "]" not in bare


def _owners(rest: str) -> tuple[str, ...] | None:
    """The owners before the comment at the end, if there is one; None if one of the words is not an owner."""
    words = rest.partition("#")[0].split()
    return tuple(words) if all(_OWNER.fullmatch(word) for word in words) else None
