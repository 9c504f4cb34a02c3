"""Texts from outside, made fit for a page: titles, logins, labels and branches may hold anything."""

import hashlib
import re
import unicodedata

TITLE_LENGTH = 300
HUES = 24

# Marks that turn the direction of what follows: inside an attribute or a <title> no <bdi> holds them in.
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def plain(text: str | None, length: int = TITLE_LENGTH) -> str:
    """One line of visible text, cut at `length`: control characters become spaces, direction marks go."""
    # Cut before the work: a title of 100 KiB costs no more than one of 300.
    rough = (text or "")[: length * 4].translate(_BIDI)
    shown = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign for sign in rough)
    shown = re.sub(r" {2,}", " ", shown).strip()
    return shown if len(shown) <= length else shown[: length - 1].rstrip() + "…"


def hue_of(name: str) -> int:
    """One of `HUES` hues, the same for a name on every page and every machine."""
    return hashlib.blake2b(name.lower().encode(errors="replace"), digest_size=2).digest()[0] % HUES


def letters_of(name: str) -> str:
    """The two letters on a face."""
    signs = [sign for sign in name.rpartition("/")[2] if sign.isalnum()]
    return "".join(signs[:2]).capitalize() or "?"


def color_of(color: str) -> str:
    """A label's colour as `#rrggbb`; what is no colour becomes grey."""
    return f"#{color.lower()}" if re.fullmatch(r"[0-9a-fA-F]{6}", color) else "#868d99"


def sentence(text: str) -> str:
    """An error's words as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else "GitHub could not be asked."
