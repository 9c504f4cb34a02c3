"""Open lists show claims and claim endings that the reader did not cause."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from monitor.actions import claims
from monitor.models import PullRequest, Repository, Subscription, Team
from monitor.rules.filters import DEFAULT_FILTERS
from tests import builders
from tests.browser.test_liveness import live, never_reloaded, record
from tests.builders import asked, item, review

WAITING = "/"


def elsewhere(act: Callable[..., Any], *given: Any) -> None:
    """In another thread: Playwright's loop runs in this one."""

    def done() -> None:
        act(*given)
        connection.close()

    with ThreadPoolExecutor(1) as worker:
        worker.submit(done).result()


@pytest.mark.slow
def test_a_team_mates_claim_takes_the_row_away_and_giving_it_back_brings_it_again(
    opened: Callable[..., Page], web: Repository
) -> None:
    Subscription.objects.update(filters=[str(name) for name in DEFAULT_FILTERS])
    Team.objects.create(name="acme/web", members_known=True).set_members(["heron", "wren"])
    timeline = (item("review_requested", 1, "lark", "acme/web"),)
    record(web, 1, author="lark", review_requests=(asked("acme/web"),), timeline=timeline, minutes=2)
    wren, pull = builders.user("wren", confirmed=True), PullRequest.objects.get()
    waiting, everything = live(opened(WAITING)), live(opened())
    row = ".row:has-text('review requested from team web')"
    expect(waiting.locator(row)).to_be_visible()
    elsewhere(claims.claim, wren, pull)
    expect(waiting.get_by_text("Nothing waits for you")).to_be_visible()
    expect(everything.locator(".row")).to_contain_text("wren is on it")
    expect(everything.locator(".row")).to_contain_text("Taken just now")
    elsewhere(claims.release, wren, pull)
    expect(waiting.locator(row)).to_be_visible()
    expect(everything.locator(".row")).not_to_contain_text("is on it")
    assert never_reloaded(waiting)
    assert never_reloaded(everything)


@pytest.mark.slow
def test_the_authors_answer_comes_to_whoever_asked_for_changes(opened: Callable[..., Page], web: Repository) -> None:
    Subscription.objects.update(filters=[str(name) for name in DEFAULT_FILTERS])
    said = {
        "author": "lark",
        "reviews": (review("heron", "changes_requested", 2, "a" * 40),),
        "timeline": (item("reviewed", 2, "heron", "changes_requested"),),
    }
    record(web, 1, minutes=3, **said)
    page = live(opened(WAITING))
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    record(web, 1, minutes=4, head_sha="c" * 40, **said)
    expect(page.locator(".row")).to_contain_text("new commits since your review")
    assert never_reloaded(page)
