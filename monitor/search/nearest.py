"""Offering the nearest term for one that means nothing."""

from difflib import get_close_matches

from monitor.search.errors import SearchError
from monitor.search.vocabulary import FIELDS, MEANT, Field

SHOWN = 60


def unknown(name: str, value: str) -> SearchError:
    """For a term whose name nobody knows: the nearest name with its value where that fits, else a title's words."""
    found = MEANT.get(name) or _named_like(name, value)
    offer = found or f'"{_cut(f"{name}:{value}")}", the words in a title'
    return SearchError(f"No term “{_cut(name)}:”. Did you mean {offer}?")


def malformed(field: Field, value: str, takes: str) -> SearchError:
    """For a known term with a value it does not take; `takes` says in words what it does take."""
    term = _cut(f"{field.name}:{value}")
    near = MEANT.get(f"{field.name}:{value}".lower())
    if near is None and field.choices:
        close = get_close_matches(value.lower(), field.choices, 1)
        near = f"{field.name}:{close[0]}" if close else None
    offer = near or f"{field.name}:{field.example}"
    return SearchError(f"No term “{term}”: {field.name}: takes {takes}. Did you mean {offer}?")


def _named_like(name: str, value: str) -> str | None:
    close = get_close_matches(name.replace("_", "-"), FIELDS, 1)
    if not close:
        return None
    field = FIELDS[close[0]]
    fits = value.lower() in field.choices or (value and not field.choices)
    return f"{field.name}:{_cut(value) if fits else field.example}"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
