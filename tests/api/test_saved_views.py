"""`/views`: built-in and saved views."""

from typing import Any

import pytest

from monitor.models import SavedView
from tests.api.conftest import Caller, code_of
from tests.builders import user

pytestmark = pytest.mark.django_db
KEYS = ["id", "name", "q", "count", "built_in", "default"]
NAMES = ["Waiting on me", "Mine", "Team", "Code I own", "Bots", "Snoozed", "Recently merged"]


def test_the_built_in_views_come_first_and_the_first_is_the_default(api: Caller) -> None:
    body = api.read("/views")
    assert [view["name"] for view in body["items"]] == NAMES
    assert body["count"] == len(NAMES)
    assert all(list(view) == KEYS and view["built_in"] for view in body["items"])
    assert [view["name"] for view in body["items"] if view["default"]] == ["Waiting on me"]


def test_keeping_showing_and_forgetting_a_view(api: Caller, web: Any) -> None:
    sent = api.post("/views", {"name": " Everything ", "q": ""})
    assert sent.status_code == 201
    view = sent.json()
    assert list(view) == KEYS
    assert (view["name"], view["q"], view["count"], view["built_in"], view["default"]) == (
        "Everything",
        "",
        3,
        False,
        False,
    )
    assert api.read("/views")["items"][-1] == view
    assert [one["id"] for one in api.read("/views", limit=2, offset=7)["items"]] == [view["id"]]
    assert Caller(user("robin")).delete(f"/views/{view['id']}").status_code == 404
    assert api.delete(f"/views/{view['id']}").status_code == 204
    assert code_of(api.delete(f"/views/{view['id']}")) == (404, "not_found")


def test_ones_own_default_takes_the_place_of_the_first(api: Caller) -> None:
    SavedView.objects.create(user=api.user, name="Home", q="", default=True)
    assert [view["name"] for view in api.read("/views")["items"] if view["default"]] == ["Home"]


def test_a_name_is_given_once(api: Caller) -> None:
    assert api.post("/views", {"name": "Home", "q": ""}).status_code == 201
    assert code_of(api.post("/views", {"name": "Home", "q": ""})) == (409, "conflict")
    assert code_of(api.post("/views", {"name": "mine", "q": ""})) == (409, "conflict")
    assert Caller(user("robin")).post("/views", {"name": "Home", "q": ""}).status_code == 201


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": "", "q": ""}, "name"),
    ({"name": "  ", "q": ""}, "name"),
    ({"name": "x" * 101, "q": ""}, "name"),
    ({"name": "a\u0000b", "q": ""}, "name"),
    ({"name": "a", "q": "x" * 2001}, "q"),
    ({"name": "a", "q": "a\u0000b"}, "q"),
    ({"name": "a", "q": "\ud800"}, "q"),
    ({"name": "a"}, "q"),
    ({"name": "a", "q": None}, "q"),
    ({"name": "a", "q": "", "default": True}, "default"),
    ({"name": "a", "q": "nonsense:term"}, "q"),
]


def test_what_is_no_view(api: Caller) -> None:
    for body, field in REFUSED:
        sent = api.post("/views", body)
        assert code_of(sent) == (422, "invalid"), body
        assert [detail["field"] for detail in sent.json()["error"]["details"]] == [field], body
    assert not SavedView.objects.exists()


def test_a_view_that_is_not_there_cannot_be_forgotten(api: Caller) -> None:
    for view in ["2000000000", "nonsense", "0", "-1", "9" * 40, "\u0663"]:
        assert code_of(api.delete(f"/views/{view}")) == (404, "not_found"), view


def test_built_in_views_stay(api: Caller) -> None:
    for view in api.read("/views")["items"]:
        assert code_of(api.delete(f"/views/{view['id']}")) == (403, "forbidden")


def test_every_count_is_what_its_search_shows(api: Caller, web: Any) -> None:
    api.post("/views", {"name": "By wren", "q": "author:wren"})
    api.put("/pull-requests/acme/web/3/snooze", {})
    views = api.read("/views")["items"]
    for view in views:
        assert api.read("/pull-requests", q=view["q"])["count"] == view["count"], view
    counts = {view["name"]: view["count"] for view in views}
    assert (counts["Mine"], counts["Snoozed"], counts["By wren"]) == (1, 1, 2)


def test_a_view_that_means_nothing_any_more_has_no_count(api: Caller) -> None:
    SavedView.objects.create(user=api.user, name="Old", q="nonsense:term")
    assert api.read("/views")["items"][-1]["count"] is None
