"""A paused repository: every page says the same sentence about it, with who paused it and since when."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from monitor.actions import pauses
from monitor.models import Repository
from tests import builders
from tests.admin.test_admin import GROUP, change, changelist, run
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
SINCE = datetime(2026, 3, 2, 14, 12, tzinfo=builders.T0.tzinfo)
SENTENCE = "aused since 2 Mar 14:12 by wren"
BELIED = ("up to date", "looked at every", "every 60 s", "is looked at now", "failing", "first look", "Next try")


@pytest.fixture
def wren(db: None) -> Any:
    """A team lead."""
    made = builders.user("wren", is_staff=True)
    made.groups.add(Group.objects.get(name=GROUP))
    return made


@pytest.fixture
def paused(web: Repository, wren: Any) -> Repository:
    """acme/web, which wren paused."""
    pauses.pause(Repository.objects.all(), "wren")
    Repository.objects.update(paused_at=SINCE)
    web.refresh_from_db()
    return web


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: SINCE + timedelta(days=20))


@pytest.mark.parametrize("status", ["ok", "error", "inaccessible", "pending"])
@pytest.mark.parametrize("address", ["/repositories/acme/web", "/repositories", "/?q=is%3Aopen"])
def test_pages_say_it(
    page: Client, paused: Repository, record: Callable[..., list[int]], address: str, status: str
) -> None:
    record(paused, builders.snapshot(1))
    Repository.objects.update(status=status, failing_since=None if status == "ok" else SINCE, failures=3)
    if status == "pending":
        Repository.objects.update(first_read_at=None)
    said = text(page.get(address))
    assert SENTENCE in said
    assert not [words for words in BELIED if words in said]


@pytest.mark.parametrize("address", ["/repositories/acme/web", "/"])
@pytest.mark.parametrize("status", ["ok", "error", "pending"])
def test_an_empty_page_says_it(page: Client, paused: Repository, address: str, status: str) -> None:
    Repository.objects.update(status=status, failing_since=None if status == "ok" else SINCE, first_read_at=None)
    said = text(page.get(address))
    assert SENTENCE in said
    assert not [words for words in (*BELIED, "Reading", "could be read") if words in said]


def test_look_now_says_it_and_looks_at_nothing(page: Client, paused: Repository) -> None:
    far = SINCE + timedelta(days=900)
    Repository.objects.update(next_poll_at=far)
    said = text(page.post("/repositories/acme/web/look", follow=True))
    assert f"acme/web is p{SENTENCE}" in said
    assert "A team lead can resume it" in said
    assert not [words for words in BELIED if words in said]
    paused.refresh_from_db()
    assert (paused.next_poll_at, paused.refreshed_at) == (far, None)


def test_the_api_says_it_and_keeps_its_codes(page: Client, paused: Repository) -> None:
    Repository.objects.update(status="error", status_message="GitHub answers 502. Next try 14:20 UTC.")
    sentence = "Paused since 2026-03-02 14:12:00 UTC by wren: not looked at until a team lead resumes it."
    for answer, code in (
        (page.get("/api/v1/repositories/acme/web"), 200),
        (page.post("/api/v1/repositories/acme/web/refresh"), 202),
    ):
        body = answer.json()
        assert (answer.status_code, body["status"], body["status_message"]) == (code, "error", sentence)
        assert body["next_poll_at"] is None
    assert page.get("/api/v1/repositories").json()["items"][0]["status_message"] == sentence


def test_the_admin_says_it(browser_of: Callable[[Any], Client], wren: Any, paused: Repository) -> None:
    lead = browser_of(wren)
    for address in (changelist(Repository), change(paused)):
        said = lead.get(address).content.decode()
        assert f"p{SENTENCE}" in said
        assert ">up to date<" not in said.split("changelist-filter")[0]


def test_who_paused_and_since_when_is_kept_until_it_is_resumed(
    browser_of: Callable[[Any], Client], wren: Any, web: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = builders.user("plover", is_staff=True, is_superuser=True)
    lead, chief = browser_of(wren), browser_of(other)
    now = timezone.now()
    run(lead, Repository, "pause", web)
    assert "0 paused" in run(chief, Repository, "pause", web).content.decode()  # it is already
    chief.post(change(web), {"paused": "on"})
    web.refresh_from_db()
    assert (web.paused, web.paused_by, web.paused_at) == (True, "wren", now)
    run(chief, Repository, "resume", web)
    web.refresh_from_db()
    assert (web.paused, web.paused_by, web.paused_at) == (False, "", None)
    chief.post(change(web), {"paused": "on"})
    web.refresh_from_db()
    assert (web.paused, web.paused_by) == (True, "plover")
    chief.post(change(web), {})
    web.refresh_from_db()
    assert (web.paused, web.paused_by, web.paused_at) == (False, "", None)


def test_of_a_pause_older_than_what_is_kept_it_says_what_it_knows(page: Client, web: Repository) -> None:
    Repository.objects.update(paused=True)
    assert "aused" in text(page.get("/repositories/acme/web"))
    message = page.get("/api/v1/repositories/acme/web").json()["status_message"]
    assert message == "Paused: not looked at until a team lead resumes it."
