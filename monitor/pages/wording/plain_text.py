"""Makes texts from GitHub safe to show: titles, logins, labels and branch names may hold any character."""

import re
import unicodedata

TITLE_LENGTH = 300

# Characters that change the direction of the text after them. In an attribute or a <title>, no <bdi> can contain them.
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def plain(text: str | None, length: int = TITLE_LENGTH) -> str:
    """One line of visible text of at most `length` characters, without control characters and direction marks."""
    # The text is cut first, so that a title of 100 KiB costs no more than one of 300 characters.
    shown = (text or "")[: length * 4]
    if not (shown.isascii() and shown.isprintable()):
        shown = "".join(_visible(sign) for sign in shown.translate(_BIDI))
    shown = re.sub(r" {2,}", " ", shown).strip()
    return shown if len(shown) <= length else shown[: length - 1].rstrip() + "…"


def _visible(sign: str) -> str:
    return " " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign


def label_color(color: str) -> str:
    """The colour of a label as `#rrggbb`; grey when `color` is not six hex digits."""
    return f"#{color.lower()}" if re.fullmatch(r"[0-9a-fA-F]{6}", color) else "#868d99"


def as_sentence(text: str) -> str:
    """The message of an error as a sentence: with a capital letter and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else "GitHub could not be asked."
