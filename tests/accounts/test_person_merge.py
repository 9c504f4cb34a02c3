"""Two rows about one person become one."""

from datetime import UTC, datetime, time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from monitor.accounts.person_merge import absorb
from monitor.models import Person

VALUES: dict[str, tuple[Any, ...]] = {
    "time_zone": ("", "Europe/Berlin", "Asia/Tokyo"),
    "working_days": ([1, 2, 3, 4, 5], [6, 7]),
    "working_start": (time(9), time(6), time(19)),
    "working_end": (time(18), time(20)),
    "country": ("", "DE"),
    "away_from": (None, datetime(2026, 3, 2, tzinfo=UTC)),
    "away_until": (None, datetime(2026, 3, 9, tzinfo=UTC)),
    "away_note": ("", "Lisbon"),
    "limit_hours": (None, 3),
    "slack_user_id": ("", "U0ONE", "U0TWO"),
    "slack": (True, False),
    "digest": (True, False),
    "digest_hour": (9, 0, 21),
}
PEOPLE = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})


@given(PEOPLE, PEOPLE)
def test_what_only_one_of_them_says_stays(kept: dict[str, Any], other: dict[str, Any]) -> None:
    person, twin = Person(**kept), Person(**other)
    contested = absorb(person, twin)
    for name in VALUES:
        now = getattr(person, name)
        assert now in (kept[name], other[name])
        if name in contested:
            assert now == kept[name]
        elif kept[name] == getattr(Person(), name) and not name.startswith(("working_", "away_")):
            assert now == other[name]
    hours = (person.working_start, person.working_end)
    assert hours in [(one["working_start"], one["working_end"]) for one in (kept, other)]


@given(PEOPLE)
def test_a_row_that_says_nothing_takes_everything_and_gives_nothing(values: dict[str, Any]) -> None:
    empty, full = Person(), Person(**values)
    assert absorb(full, Person()) == ()
    assert absorb(empty, full) == ()
    assert {name: getattr(empty, name) for name in VALUES} == {name: getattr(full, name) for name in VALUES} == values
