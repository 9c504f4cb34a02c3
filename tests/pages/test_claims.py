"""Claims as every reader sees them: in lists, on the page of the pull request, and in a row fetched again."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitor.actions import claims
from monitor.models import PullRequest, Repository, Subscription, Team
from monitor.recording.recorder import record
from tests import builders
from tests.builders import asked, at, item, snapshot
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
ONE, TWO = "/pull-requests/acme/web/1", "/pull-requests/acme/web/2"
ALL = "/?q=is:open"


@pytest.fixture
def home() -> Repository:
    """acme/web: in #1 heron asked the team acme/web (wren, finch) and lark; in #2 nobody is asked."""
    Team.objects.create(name="acme/web", members_known=True).set_members(["wren", "finch"])
    home = builders.repository("acme/web", last_polled_at=at(0))
    timeline = (item("review_requested", 1, "heron", "acme/web"), item("review_requested", 1, "heron", "lark"))
    first = snapshot(1, review_requests=(asked("acme/web"), asked("lark")), timeline=timeline)
    record(home, [first, snapshot(2)], now=at(2), first_look=True)
    return home


@pytest.fixture
def page_of(home: Repository, browser_of: Callable[[Any], Client]) -> Callable[[str], Client]:
    """The browser of somebody who watches acme/web and has a confirmed login."""

    def made(who: str, *, confirmed: bool = True) -> Client:
        user = builders.user(who, confirmed=confirmed)
        Subscription.objects.create(user=user, repository=home)
        return browser_of(user)

    return made


def row(page: Client, number: int = 1) -> str:
    """The words of one row of the list, which must be those of the row fetched alone."""
    listed = page.get(ALL).content.decode()
    found = next(one for one in re.findall(r'<li\s+class="row.*?</li>', listed, re.S) if f"acme/web#{number}" in one)
    found = re.sub(r' role="img" title="([^"]*)">', r"> \1 ", found)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))
    alone = text(page.get(f"/pull-requests/acme/web/{number}/row?q=is:open"))
    for part in ("is on it", "are on it"):
        assert (part in alone) == (part in words)
    return words


def claim(page: Client, number: int = 1) -> None:
    page.post(f"/pull-requests/acme/web/{number}/claim")


def test_it_is_seen_by_everybody_and_ends_the_others_turn(page_of: Callable[..., Client]) -> None:
    wren, finch, lark, heron = (page_of(who) for who in ("wren", "finch", "lark", "heron"))
    assert "Your turn" in text(finch.get(ONE))
    claim(wren)
    assert "you are on it" in row(wren)
    assert "You are on it until" in text(wren.get(ONE))
    for other in (finch, heron):
        assert "wren is on it" in row(other)
        said = text(other.get(ONE))
        assert "Your turn" not in said
        assert "wren is on it until" in said
    # Asked personally, lark's turn goes on, and both are said so that neither contradicts the other.
    assert "wren is on it too" in row(lark)
    said = text(lark.get(ONE))
    assert "Your turn: review requested by heron" in said
    assert "wren is on it too, until" in said
    assert "Your own request stays with you." in said


def test_without_a_request_it_is_said_once(page_of: Callable[..., Client]) -> None:
    teal, heron = page_of("teal"), page_of("heron")
    claim(teal, 2)
    assert row(teal, 2).count("you are on it") == 1
    assert row(heron, 2).count("teal is on it") == 1
    assert "you are on it" not in row(heron, 2)
    assert "Your turn: you are on it" in text(teal.get(TWO))
    assert "you are on it" not in text(heron.get(TWO)).lower()
    assert "no reviewer yet" not in text(heron.get(TWO))


def test_under_a_login_that_is_not_confirmed(page_of: Callable[..., Client]) -> None:
    wren, finch = page_of("wren", confirmed=False), page_of("finch")
    claim(wren)
    assert "you are on it, unconfirmed" in row(wren)
    assert "your team-mates stay asked" in text(wren.get(ONE))
    assert "wren (unconfirmed) is on it too" in row(finch)
    said = text(finch.get(ONE))
    assert "Your turn: review requested from team web" in said
    assert "nobody has confirmed that login, so the request stays with you as well" in said
    assert "I’m on it" in said, "who is confirmed may take it over"
    claim(finch)
    assert PullRequest.objects.get(number=1).claim.login == "finch"
    teal = page_of("teal", confirmed=False)
    claim(teal, 2)
    assert "teal (unconfirmed) is on it" in row(finch, 2)
    assert row(teal, 2).count("you are on it, unconfirmed") == 1


def test_a_face_says_who_is_on_it(page_of: Callable[..., Client]) -> None:
    teal, heron = page_of("teal"), page_of("heron")
    claim(teal, 2)
    assert "teal: on it, their turn" in row(heron, 2)
    assert "You: on it, your turn" in row(teal, 2)
    assert "no reviewer" not in row(heron, 2)


def test_the_timeline_tells_it(page_of: Callable[..., Client]) -> None:
    wren = page_of("wren")
    claim(wren)
    wren.post(f"{ONE}/release")
    said = text(wren.get(ONE))
    assert "wren is on it" in said
    assert "wren gave it back" in said


def test_a_list_asks_once_whose_logins_are_confirmed(page_of: Callable[..., Client], home: Repository) -> None:
    wren, finch = page_of("wren"), page_of("finch")
    record(home, [snapshot(number) for number in range(3, 9)], now=at(3))
    finch.get(ALL)

    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            finch.get(ALL)
        return len(counted)

    none = cost()
    for number in range(1, 9):
        claim(wren, number)
    assert cost() <= none + 1


def test_a_lapse_gives_it_back_on_the_page(page_of: Callable[..., Client]) -> None:
    wren, finch = page_of("wren"), page_of("finch")
    claim(wren)
    claims.end_expired_claims(timezone.now() + timedelta(days=3))
    assert "is on it" not in row(finch)
    assert "Your turn" in text(finch.get(ONE))
    assert "wren is not on it any more: the time was over" in text(finch.get(ONE))
