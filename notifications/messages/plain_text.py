"""Turns untrusted text (titles, logins, branch names) into one harmless line."""

import re
import unicodedata

LONGEST = 150
# Characters of the input that are read at most, because an attacker may choose its length.
_LONGEST_INPUT = 4096
_JOINERS = "\u200c\u200d"  # inside Persian words, and inside emoji


def plain(text: str | None, longest: int = LONGEST) -> str:
    """`text` as one line of at most `longest` characters.

    Control characters and line breaks become spaces. Characters that change the writing direction, that hide text or
    that are half of a surrogate pair are removed.
    """
    kept = "".join(_harmless(character) for character in (text or "")[:_LONGEST_INPUT])
    line = re.sub(r"\s+", " ", kept).strip()
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    # Do not cut between a letter and its combining marks.
    while cut and unicodedata.combining(line[len(cut)]):
        cut = cut[:-1]
    return cut.rstrip(" " + _JOINERS) + "…"


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} and character not in _JOINERS else character
