"""Two rows about one person become one: field by field, so that nothing that somebody entered is lost."""

from collections.abc import Iterable

from monitor.models import Person

# What is told together is kept together: the end of one day does not go with the start of another.
_PARTS = (
    ("time_zone",),
    ("working_days",),
    ("working_start", "working_end"),
    ("country",),
    ("slack_user_id",),
    ("slack",),
    ("digest",),
    ("digest_hour",),
)


def absorb(kept: Person, other: Person) -> tuple[str, ...]:
    """Gives `kept` what `other` says and `kept` does not; a column that still has its default says nothing.

    Returns the columns in which both say something, and not the same: there `kept` stays as it is.
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
