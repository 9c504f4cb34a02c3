"""`/events`: reading the log of events with a cursor."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from monitor.models import Event, EventSequence
from monitor.recording.recorder import record
from tests.api.conftest import Caller, code_of, subscribe
from tests.builders import at, repository, snapshot, user

pytestmark = pytest.mark.django_db
KEYS = ["id", "repository", "number", "update_type", "changes", "at", "occurred_at", "title", "url"]


def test_events_come_oldest_first_with_a_cursor(api: Caller, web: Any) -> None:
    body = api.read("/events", after=0)
    assert list(body) == ["items", "cursor", "has_more"]
    assert [event["id"] for event in body["items"]] == [1, 2, 3, 4, 5]
    assert (body["cursor"], body["has_more"]) == (5, False)
    first = body["items"][0]
    assert list(first) == KEYS
    assert (first["update_type"], first["at"]) == ("new_pr", "2026-03-02T09:10:00Z")
    assert first["url"] == "https://github.com/acme/web/pull/1"


def test_pages_of_it_hold_all_of_it(api: Caller, web: Any) -> None:
    seen, after, more = [], 0, True
    while more:
        body = api.read("/events", after=after, limit=2)
        seen += [event["id"] for event in body["items"]]
        after, more = body["cursor"], body["has_more"]
    assert seen == [1, 2, 3, 4, 5]
    assert after == 5
    assert api.read("/events", after=5) == {"items": [], "cursor": 5, "has_more": False}


def test_only_what_concerns_me_and_the_cursor_goes_past_the_rest(heron: User) -> None:
    watched, wren = repository("acme/web"), user("wren")
    subscribe(heron, watched, ["author"])
    record(watched, [snapshot(1), snapshot(2, author="wren"), snapshot(3, author="robin")], now=at(1))
    body = Caller(heron).read("/events", after=0)
    assert [event["number"] for event in body["items"]] == [1]
    assert body["cursor"] == 3
    assert Caller(wren).read("/events", after=0) == {"items": [], "cursor": 3, "has_more": False}


def test_a_cursor_from_elsewhere_means_to_fetch_anew(api: Caller, web: Any) -> None:
    ahead = api.get("/events", after=6)
    assert code_of(ahead) == (410, "resync")
    assert ahead.json()["error"]["details"] == {"cursor": 5}
    Event.objects.filter(pk__lte=3).delete()
    EventSequence.objects.update(pruned=3)
    assert code_of(api.get("/events", after=2)) == (410, "resync")
    assert [event["id"] for event in api.read("/events", after=3)["items"]] == [4, 5]


def test_without_a_cursor_it_starts_at_the_oldest_event_kept(api: Caller, web: Any) -> None:
    assert len(api.read("/events")["items"]) == 5
    Event.objects.filter(pk__lte=3).delete()
    EventSequence.objects.update(pruned=3)
    assert [event["id"] for event in api.read("/events")["items"]] == [4, 5]


def test_an_empty_log_is_no_error(api: Caller) -> None:
    assert api.read("/events") == api.read("/events", after=0) == {"items": [], "cursor": 0, "has_more": False}


def test_what_others_watch_costs_a_stranger_nothing(web: Any, django_assert_max_num_queries: Any) -> None:
    wren = Caller(user("wren"))
    for number in range(10, 15):
        record(web, [snapshot(one) for one in range(number * 200, number * 200 + 200)], now=at(11))
    wren.read("/me")
    with django_assert_max_num_queries(5) as asked:
        assert wren.read("/events", after=0) == {"items": [], "cursor": 1005, "has_more": False}
    assert not [sent for sent in asked.captured_queries if '"document"' in sent["sql"]]


def test_a_long_search_says_how_far_it_came(heron: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.queries.event_log.BATCH_SIZE", 2)
    monkeypatch.setattr("monitor.queries.event_log.MAX_EVENTS_READ", 4)
    watched, api = repository("acme/web"), Caller(heron)
    subscribe(heron, watched, ["author"])
    record(watched, [snapshot(number, author="wren") for number in range(1, 8)], now=at(1))
    record(watched, [snapshot(8)], now=at(2))
    assert api.read("/events", after=0) == {"items": [], "cursor": 4, "has_more": True}
    body = api.read("/events", after=4)
    assert ([event["number"] for event in body["items"]], body["cursor"], body["has_more"]) == ([8], 8, False)
