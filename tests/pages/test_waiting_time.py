"""Waiting times on pages: the working time of the person whose turn it is."""

from datetime import UTC, datetime

import pytest

from monitor.models import Person
from monitor.pages.lists.waiting_time import WaitingTime, waiting_times
from tests.builders import user

FRIDAY_17, MONDAY_9_30 = "2026-03-06T17:00:00Z", datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
MINE = {"turn": {"code": "review_requested", "reason": "review requested by heron", "since": FRIDAY_17}}


def document(*logins: str | None) -> dict[str, object]:
    return {"turn": [{"login": login, "since": FRIDAY_17} for login in logins]}


@pytest.mark.django_db
def test_a_weekend_does_not_count():
    user("wren")
    assert waiting_times([(document("wren"), MINE)], "wren", MONDAY_9_30) == [WaitingTime("1 h 30 m")]


@pytest.mark.django_db
def test_a_wait_of_nothing_but_a_weekend_says_so():
    user("wren")
    asked = {"turn": {**MINE["turn"], "since": "2026-03-07T10:00:00Z"}}
    moments = [datetime(2026, 3, 7, 10, 0, 30, tzinfo=UTC), datetime(2026, 3, 9, 8, 59, tzinfo=UTC), MONDAY_9_30]
    assert [waiting_times([(document("wren"), asked)], "wren", now)[0].words for now in moments] == [
        "0 s",
        "off hours",
        "30 m",
    ]


@pytest.mark.django_db
def test_each_row_counts_by_the_calendar_of_whose_turn_it_is(django_assert_num_queries):
    user("wren")
    user("finch")
    Person.objects.filter(github_login="finch").update(working_days=[1, 2, 3, 4, 5, 6, 7])
    rows = [
        (document("wren"), MINE),
        (document("Finch"), {}),
        (document("stranger"), {}),
        (document(None), {}),
        (document(), {}),
    ]
    with django_assert_num_queries(1):
        told = waiting_times(rows, "wren", MONDAY_9_30)
    assert [one.words for one in told] == ["1 h 30 m", "19 h 30 m", "1 h 30 m", "1 h 30 m", ""]


@pytest.mark.django_db
def test_others_are_away_until_they_are_back():
    """What is the reader's own turn says nothing of it: they know."""
    away_from, back = datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 12, tzinfo=UTC)
    for name in ("wren", "finch"):
        user(name)
        Person.objects.filter(github_login=name).update(away_from=away_from, away_until=back)
    rows = [(document("Finch"), {}), (document("wren"), MINE), (document(), {})]
    assert [one.away_until for one in waiting_times(rows, "wren", MONDAY_9_30)] == [back, None, None]
    assert [one.away_until for one in waiting_times(rows, "wren", back)] == [None, None, None]
