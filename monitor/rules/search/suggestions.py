"""Writes the error for a term that is not valid, with the most similar valid term. Depends on no setting."""

from difflib import get_close_matches

from monitor.rules.search.errors import SearchError
from monitor.rules.search.vocabulary import FIELDS, SYNONYMS, SearchField

MAX_SHOWN = 60


def unknown_field(name: str, value: str) -> SearchError:
    """The error for a field that does not exist: offers a similar field, or else the text as words of the title."""
    found = SYNONYMS.get(name) or _named_like(name, value)
    offer = found or f'"{_cut(f"{name}:{value}")}", the words in a title'
    return SearchError(f"No term “{_cut(name)}:”. Did you mean {offer}?")


def invalid_value(field: SearchField, value: str, takes: str) -> SearchError:
    """The error for a value that the field does not take; `takes` says in words what it does take."""
    term = _cut(f"{field.name}:{value}")
    near = SYNONYMS.get(f"{field.name}:{value}".lower())
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
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
