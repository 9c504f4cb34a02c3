"""Merges two rows about one person field by field, so that nothing that somebody entered is lost."""

from collections.abc import Iterable

from monitor.models import Person

# Columns that belong together move together: the end of one working day does not fit the start of another.
_PARTS = (
    ("time_zone",),
    ("working_days",),
    ("working_start", "working_end"),
    ("country",),
    ("away_from", "away_until", "away_note"),
    ("limit_hours",),
    ("slack_user_id",),
    ("slack",),
    ("digest",),
    ("digest_hour",),
)


def absorb(kept: Person, other: Person) -> tuple[str, ...]:
    """Copies into `kept` the columns that only `other` has set. A column with its default counts as not set.

    Returns the columns that both have set to different values: there `kept` keeps its own.
    """
    usual = Person()
    contested: list[str] = []
    for part in _PARTS:
        if _same(other, usual, part) or _same(other, kept, part):
            continue
        if _same(kept, usual, part):
            _copy(part, other, kept)
        else:
            contested += part
    return tuple(contested)


def _same(one: Person, another: Person, columns: Iterable[str]) -> bool:
    return all(getattr(one, column) == getattr(another, column) for column in columns)


def _copy(columns: Iterable[str], source: Person, target: Person) -> None:
    for column in columns:
        setattr(target, column, getattr(source, column))
