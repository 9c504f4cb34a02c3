"""`/pull-requests`: all fields, snoozes and claims."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from monitor.actions import claims
from monitor.models import Claim, PullRequest, Snooze
from monitor.recording.recorder import record
from monitor.rules.snapshot import isoformat
from tests.api.conftest import Caller, code_of, subscribe
from tests.builders import asked, at, item, repository, review, snapshot, user
from tests.recording.test_recorder import DOCUMENT_KEYS

pytestmark = pytest.mark.django_db
ONE = "/pull-requests/acme/web/2"


def test_the_list_is_of_what_i_watch_newest_first(api: Caller, heron: User, web: Any) -> None:
    other, unwatched = repository("acme/api"), repository("acme/none")
    subscribe(heron, other)
    record(other, [snapshot(7, node_id="PR_other", updated_at=at(3))], now=at(4))
    record(unwatched, [snapshot(8, node_id="PR_none", updated_at=at(30))], now=at(31))
    body = api.read("/pull-requests")
    found = [(one["repository"], one["number"]) for one in body["items"]]
    assert found == [("acme/api", 7), ("acme/web", 2), ("acme/web", 3), ("acme/web", 1)]
    assert body["count"] == 4


def test_every_page_knows_the_count_of_all(api: Caller, web: Any) -> None:
    for limit, offset in [(1, 0), (2, 0), (2, 1), (3, 0), (4, 0), (500, 2), (1, 3), (5, 9)]:
        body = api.read("/pull-requests", limit=limit, offset=offset)
        assert [one["number"] for one in body["items"]] == [2, 3, 1][offset : offset + limit]
        assert body["count"] == 3, (limit, offset)


@pytest.mark.parametrize(
    ("q", "numbers"),
    [
        ("", [2, 3, 1]),
        ("author:wren", [2, 3]),
        ("assignee:@me", [2]),
        ("-is:draft author:wren", [2]),
        ("is:merged", [4]),
        ("is:closed", [5]),
        ("#1", [1]),
        ("number 3", [3]),
        ("label:nowhere", []),
    ],
)
def test_a_search_narrows_the_list(api: Caller, web: Any, q: str, numbers: list[int]) -> None:
    body = api.read("/pull-requests", q=q)
    assert [one["number"] for one in body["items"]] == numbers
    assert body["count"] == len(numbers)
    of_one = api.read("/repositories/acme/web/pull-requests", q=q)
    assert of_one["items"] == body["items"]


def test_a_search_within_a_state(api: Caller, web: Any) -> None:
    def numbers(**query: str) -> list[int]:
        return [one["number"] for one in api.read("/repositories/acme/web/pull-requests", **query)["items"]]

    assert numbers(state="all", q="author:heron") == [4, 5, 1]
    assert numbers(state="merged", q="author:heron") == [4]
    assert numbers(state="open", q="author:wren -is:draft") == [2]


def test_a_pull_request_has_exactly_the_promised_keys(api: Caller, web: Any) -> None:
    for one in api.read("/pull-requests")["items"]:
        assert list(one) == [*DOCUMENT_KEYS, "mine"]
    assert list(api.read(ONE)) == [*DOCUMENT_KEYS, "mine", "requests", "history"]


def test_mine_is_the_readers_own(web: Any) -> None:
    heron, robin = Caller(User.objects.get(username="heron")), Caller(user("robin"))
    assert heron.read(ONE)["mine"]["roles"] == ["assigned"]
    assert robin.read(ONE)["mine"] == {"roles": [], "turn": None, "snoozed": None}


def test_one_brings_its_requests_and_its_history(api: Caller, heron: User) -> None:
    watched = repository("acme/web")
    subscribe(heron, watched)
    timeline = (item("review_requested", 1, "wren", "heron"),)
    record(watched, [snapshot(2, author="wren", review_requests=(asked("heron"),), timeline=timeline)], now=at(1))
    told = (*timeline, item("reviewed", 5, "heron", "approved"))
    later = snapshot(2, author="wren", updated_at=at(5), reviews=(review("heron", minutes=5),), timeline=told)
    record(watched, [later], now=at(6))
    body = api.read(ONE)
    (entry,) = body["requests"]
    assert (entry["name"], entry["by"], entry["settled"]) == ("heron", "wren", "reviewed")
    assert [event["update_type"] for event in body["history"]] == ["new_pr", "updated"]
    assert [change["kind"] for change in body["history"][1]["changes"]] == ["reviewed"]
    assert list(body["history"][0]) == [
        "id", "repository", "number", "update_type", "changes", "at", "occurred_at", "title", "url",
    ]  # fmt: skip


def test_a_number_that_is_not_there_is_not_found(api: Caller, web: Any) -> None:
    for number in ["99", "0", "-1", "2147483648", "9" * 30]:
        assert code_of(api.get(f"/pull-requests/acme/web/{number}")) == (404, "not_found"), number


# Snooze


def in_an_hour() -> datetime:
    return (timezone.now() + timedelta(hours=1)).replace(microsecond=0)


def test_snoozing_until_a_time_an_event_or_for_good(api: Caller, web: Any) -> None:
    until = isoformat(in_an_hour())
    stories: list[tuple[Any, Any]] = [
        ({"until": until}, {"until": until, "until_event": None}),
        ({"until_event": "author_update"}, {"until": None, "until_event": "author_update"}),
        ({"until_event": "any_update", "until": None}, {"until": None, "until_event": "any_update"}),
        ({"until_event": "ready_for_review"}, {"until": None, "until_event": "ready_for_review"}),
        ({}, {"until": None, "until_event": None}),
    ]
    for body, snoozed in stories:
        sent = api.put(f"{ONE}/snooze", body)
        assert sent.status_code == 200
        assert sent.json()["mine"]["snoozed"] == snoozed
        assert api.read(ONE)["mine"]["snoozed"] == snoozed
    assert Snooze.objects.count() == 1
    assert api.delete(f"{ONE}/snooze").status_code == 204
    assert api.read(ONE)["mine"]["snoozed"] is None
    assert api.delete(f"{ONE}/snooze").status_code == 204


def test_a_body_left_out_mutes_like_an_empty_one(api: Caller, web: Any) -> None:
    assert api.put(f"{ONE}/snooze").json()["mine"]["snoozed"] == {"until": None, "until_event": None}


def test_a_snooze_is_mine_alone(api: Caller, web: Any) -> None:
    api.put(f"{ONE}/snooze", {})
    assert Caller(user("robin")).read(ONE)["mine"]["snoozed"] is None


def test_a_time_in_another_zone_is_the_same_moment(api: Caller, web: Any) -> None:
    moment = in_an_hour()
    there = moment.astimezone().astimezone(UTC).isoformat().replace("+00:00", "-00:00")
    assert api.put(f"{ONE}/snooze", {"until": there}).json()["mine"]["snoozed"]["until"] == isoformat(moment)


NO_SNOOZE: list[tuple[Any, str]] = [
    ({"until": "2020-01-01T00:00:00Z"}, "until"),
    ({"until": "9999-12-31T23:59:59Z"}, "until"),
    ({"until": "2999-01-01T00:00:00Z", "until_event": "any_update"}, "until_event"),
    ({"until": "2999-01-01T00:00:00"}, "until"),
    ({"until": "2999-01-01"}, "until"),
    ({"until": "tomorrow"}, "until"),
    ({"until": 4102444800}, "until"),
    ({"until": "9999-12-31T23:59:59-14:00"}, "until"),
    ({"until_event": "never"}, "until_event"),
    ({"for": "ever"}, "for"),
    ([], "body"),
    ("x", "body"),
    (None, "body"),
]


def test_what_is_no_snooze(api: Caller, web: Any) -> None:
    for body, field in NO_SNOOZE:
        sent = api.call("PUT", f"{ONE}/snooze", raw=json.dumps(body).encode())
        assert code_of(sent) == (422, "invalid"), body
        assert sent.json()["error"]["details"][0]["field"] == field, body
    assert not Snooze.objects.exists()


# Claim


def test_claiming_says_who_is_on_it_to_everybody(api: Caller, web: Any, settings: Any) -> None:
    settings.CLAIM_HOURS = 5
    claimed = api.put(f"{ONE}/claim").json()["claimed"]
    assert claimed["login"] == "heron"
    assert datetime.fromisoformat(claimed["until"]) - datetime.fromisoformat(claimed["since"]) == timedelta(hours=5)
    robin = Caller(user("robin"))
    assert robin.read(ONE)["claimed"] == claimed
    assert code_of(robin.put(f"{ONE}/claim")) == (409, "conflict")
    assert code_of(robin.delete(f"{ONE}/claim")) == (403, "forbidden")
    assert api.delete(f"{ONE}/claim").status_code == 204
    assert robin.read(ONE)["claimed"] is None
    assert robin.put(f"{ONE}/claim").json()["claimed"]["login"] == "robin"


def test_claiming_again_starts_the_time_anew_and_giving_back_twice_is_fine(api: Caller, web: Any) -> None:
    api.put(f"{ONE}/claim")
    Claim.objects.update(since=at(0), until=timezone.now() + timedelta(minutes=1))
    assert api.put(f"{ONE}/claim").json()["claimed"]["since"] > isoformat(at(0))
    assert [api.delete(f"{ONE}/claim").status_code for _ in range(2)] == [204, 204]


def test_nobody_claims_what_cannot_be_reviewed_by_them(api: Caller, web: Any) -> None:
    nameless = Caller(user("nameless", login=None))
    for caller, path in [(api, "/pull-requests/acme/web/1"), (api, "/pull-requests/acme/web/4"), (nameless, ONE)]:
        assert code_of(caller.put(f"{path}/claim")) == (409, "conflict")
    assert not Claim.objects.exists()


def test_a_claim_lapses(api: Caller, web: Any) -> None:
    api.put(f"{ONE}/claim")
    assert claims.end_expired_claims(timezone.now()) == 0
    assert claims.end_expired_claims(timezone.now() + timedelta(hours=25)) == 1
    assert api.read(ONE)["claimed"] is None
    assert not Claim.objects.exists()


def test_a_lapsed_claim_stands_in_nobodys_way(api: Caller, web: Any) -> None:
    api.put(f"{ONE}/claim")
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert Caller(user("robin")).put(f"{ONE}/claim").json()["claimed"]["login"] == "robin"


def test_a_claim_survives_the_next_look(api: Caller, web: Any) -> None:
    api.put(f"{ONE}/claim")
    record(web, [snapshot(2, author="wren", title="Better", updated_at=timezone.now())], now=timezone.now())
    body = api.read(ONE)
    assert (body["title"], body["claimed"]["login"]) == ("Better", "heron")
    assert PullRequest.objects.filter(title="Better").count() == 1
