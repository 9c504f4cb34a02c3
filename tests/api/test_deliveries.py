"""`/deliveries`: the messages that a user got, and why others were not sent."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from monitor.models import PullRequest
from notifications.models import Delivery
from tests.api.conftest import Caller, code_of
from tests.builders import at, user

pytestmark = pytest.mark.django_db


def told(who: User, number: int, **values: Any) -> Delivery:
    pull_request = PullRequest.objects.get(number=number)
    given = {
        "event": Delivery.objects.count() + 1,
        "asked_kind": "user",
        "asked_name": who.username,
        "recipient": who.username,
    }
    return Delivery.objects.create(
        user=who, pull_request=pull_request, due_at=at(1), created_at=at(1), **(given | values)
    )


def test_mine_newest_first_with_exactly_the_promised_keys(api: Caller, heron: User, web: Any) -> None:
    told(heron, 1, state="suppressed", rule="own_action", reason="It was you.", ended_at=at(2))
    told(heron, 2, state="sent", channel="U0HERON", answer="ok", reason="wren asked you.", ended_at=at(3))
    told(user("robin"), 2)
    body = api.read("/deliveries")
    assert body["count"] == 2
    assert [one["state"] for one in body["items"]] == ["sent", "suppressed"]
    assert list(body["items"][0]) == [
        "id", "pull_request", "recipient", "channel", "state", "rule", "reason", "answer", "created_at", "ended_at",
    ]  # fmt: skip
    assert body["items"][1]["rule"] == "own_action"
    assert [one["state"] for one in api.read("/deliveries", limit=1, offset=1)["items"]] == ["suppressed"]


def test_of_one_pull_request(api: Caller, heron: User, web: Any) -> None:
    told(heron, 1)
    told(heron, 2)
    (one,) = api.read("/deliveries", pull_request="ACME/web#2")["items"]
    assert one["pull_request"] == "acme/web#2"
    assert code_of(api.get("/deliveries", pull_request="acme/web#77")) == (404, "not_found")
    assert code_of(api.get("/deliveries", pull_request="acme/nothing#1")) == (404, "repository_not_found")


def test_what_i_may_no_longer_see_i_am_not_told_of_either(api: Caller, heron: User, web: Any) -> None:
    told(heron, 1)
    type(web).objects.update(private=True)
    assert api.read("/deliveries") == {"items": [], "count": 0}


def test_staff_may_ask_for_somebody_else_by_name_or_number(api: Caller, heron: User, web: Any) -> None:
    told(heron, 1)
    assert code_of(api.get("/deliveries", user="heron")) == (403, "forbidden")
    lead = Caller(user("lead", is_staff=True))
    for who in ("heron", str(heron.pk)):
        assert lead.read("/deliveries", user=who)["count"] == 1
    assert lead.read("/deliveries")["count"] == 0
    assert code_of(lead.get("/deliveries", user="nobody")) == (422, "invalid")


def test_what_is_no_pull_request(api: Caller) -> None:
    for text in ["nonsense", "acme/web", "acme/web#", "acme/web#x", "acme/web/1", "#1", "a/b#" + "9" * 30]:
        assert code_of(api.get("/deliveries", pull_request=text)) == (422, "invalid"), text
