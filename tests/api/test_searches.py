"""Searches through the API: valid ones, invalid ones, and `@me` without a known GitHub login."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitor.actions import saved_views
from monitor.models import Repository, Subscription
from monitor.recording.recorder import record
from monitor.rules.search.vocabulary import FIELDS
from tests.builders import asked, at, repository, snapshot, user

pytestmark = pytest.mark.django_db
PATHS = ("/api/v1/pull-requests", "/api/v1/repositories/acme/web/pull-requests")


@pytest.fixture
def web() -> Repository:
    """Three open pull requests and a merged one."""
    made = repository("acme/web")
    requests = (asked("heron"),)
    record(
        made,
        [snapshot(1, author="lark", review_requests=requests), snapshot(2), snapshot(3, author="lark"), snapshot(4, state="merged")],
        now=at(1),
        first_look=True,
    )  # fmt: skip
    return made


def caller(who: User, web: Repository) -> Client:
    Subscription.objects.create(user=who, repository=web)
    client = Client()
    client.force_login(who)
    return client


@pytest.mark.parametrize("path", PATHS)
def test_what_is_found_is_what_is_counted(web, path):
    answer = caller(user("heron"), web).get(path, {"q": "turn:me"})
    assert [item["number"] for item in answer.json()["items"]] == [1, 2]
    assert answer.json()["count"] == 2
    assert "Prmonitor-Notice" not in answer


@pytest.mark.parametrize("path", PATHS)
def test_pages_of_a_search(web, path):
    client = caller(user("heron"), web)
    pages = [client.get(path, {"q": "sort:created", "limit": 2, "offset": offset}).json() for offset in (0, 2, 4)]
    assert [[item["number"] for item in page["items"]] for page in pages] == [[1, 2], [3], []]
    assert {page["count"] for page in pages} == {3}


@pytest.mark.parametrize("path", PATHS)
def test_a_bad_one_is_refused_by_name(web, path):
    answer = caller(user("heron"), web).get(path, {"q": "is:open reveiw:"})
    message = "No term “reveiw:”. Did you mean review:approved? Nothing was searched."
    assert answer.status_code == 422
    assert answer.json()["error"]["details"] == [{"field": "q", "message": message}]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("q", ["author:@me", "-author:@me", "turn:me", "is:open owner:@me"])
def test_asking_for_somebody_unknown_finds_nothing_and_says_so(web, path, q):
    client = caller(user("stranger", login=None), web)
    answer = client.get(path, {"q": q})
    assert answer.json() == {"items": [], "count": 0}
    assert "github_login" in answer["Prmonitor-Notice"]
    assert "Prmonitor-Notice" not in client.get(path, {"q": "label:nowhere"})
    assert client.get(path, {"q": "author:lark"}).json()["count"] == 2


@pytest.mark.parametrize(
    "q",
    ["%", "_", "\\", '"\'; DROP TABLE monitor_pullrequest; --"', '"%"', "label:%", "head:_", "\u202e", "#999999999"],
)
def test_signs_that_databases_know_are_only_signs(web, q):
    assert caller(user("heron"), web).get(PATHS[0], {"q": q}).json() == {"items": [], "count": 0}


@pytest.mark.parametrize("q", ["a" * 2000, " ".join(["-label:a"] * 30), " ".join(["owner:lark involves:wren"] * 15)])
def test_the_largest_are_answered(web, q):
    assert caller(user("heron"), web).get(PATHS[0], {"q": q}).status_code == 200


def test_a_search_costs_the_same_statements_whatever_it_asks(web):
    client = caller(user("heron"), web)

    def cost(q: str) -> int:
        with CaptureQueriesContext(connection) as statements:
            assert client.get(PATHS[0], {"q": q}).status_code == 200
        return len(statements)

    # Who reads and their teams, the teams of the others, and a count where the page is empty.
    many = "owner:lark involves:wren -owner:finch team-review-requested:@me label:bug turn:me age:>1d"
    assert cost(many) <= cost("is:open") + 4


def test_the_document_names_every_term_and_every_view():
    text = (Path(__file__).parents[2] / "docs" / "search.md").read_text()
    assert set(re.findall(r"`([a-z][a-z-]*):", text)) - {"feat"} == set(FIELDS)
    for field in FIELDS.values():
        for choice in field.choices:
            assert re.search(rf"`({field.name}:)?{choice}`", text), (field.name, choice)
    assert re.findall(r"^\| ([A-Z][\w ]+) \| `([^`]+)` \|$", text, re.M) == [
        (view.name, view.q) for view in saved_views.BUILT_IN
    ]
