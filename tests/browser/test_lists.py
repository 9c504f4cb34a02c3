"""A list that stays open becomes what a reload would show: the same rows, groups and order."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from monitor.models import Repository, Subscription
from tests import builders
from tests.browser.test_heartbeats import Beating
from tests.browser.test_liveness import record
from tests.builders import asked, at, item, review

Open = Callable[..., Page]
LISTS = (
    "/",
    "/?q=is%3Aopen",
    "/?q=is%3Aopen+author%3A%40me",
    "/?q=is%3Aopen+bot%3Atrue",
    "/?q=is%3Aopen+sort%3Asize",
    "/?state=merged",
    "/repositories/acme/web",
)
SHAPE = """() => [...document.querySelectorAll("#list .rows-of:not([hidden])")].map((group) => [
    group.querySelector("h2").textContent.trim(), [...group.querySelectorAll(".row")].map((row) => row.id)])"""
SAYS = "document.querySelector('#sum')?.textContent.trim() + '|' + document.title"
IS = f"(expected) => JSON.stringify([({SHAPE})(), {SAYS}]) === expected"


def shape(page: Page) -> Any:
    return page.evaluate(f"() => JSON.stringify([({SHAPE})(), {SAYS}])")


def world(web: Repository, api: Repository, *, later: bool) -> None:
    """Before and after: rows come, go, and change groups and places, in repositories with and without events for the reader."""
    mine = {"author": "heron"}
    requested = {"review_requests": (asked("heron"),), "timeline": (item("review_requested", 5, "lark", "heron"),)}
    if not later:
        record(web, *range(1, 4), **mine)
        record(web, *range(4, 8), author="lark")
        record(api, *range(21, 24), author="lark", additions=40)
        record(api, 24, author="renovate", author_is_bot=True)
        return
    record(web, 1, minutes=10, reviews=(review("lark", "changes_requested", 9),), **mine)
    record(web, 2, minutes=11, draft=True, **mine)
    record(web, 3, minutes=12, state="merged", merged_at=at(12), closed_at=at(12), **mine)
    record(web, 4, minutes=13, author="lark", **requested)
    record(web, 5, minutes=14, author="lark", additions=900, title="Grown")
    record(web, 8, minutes=15, author="lark")
    record(web, 9, minutes=15, author="renovate", author_is_bot=True)
    record(api, 22, minutes=16, author="lark", additions=1)
    record(api, 23, minutes=17, author="lark", state="closed", closed_at=at(17))
    record(api, 25, minutes=18, author="wren")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_left_open_it_becomes_what_a_reload_shows(opened: Open, heron: Any, web: Repository) -> None:
    api = builders.repository("acme/api", last_polled_at=builders.T0)
    Subscription.objects.create(user=heron, repository=api, filters=["author"])
    world(web, api, later=False)
    pages = {address: Beating(opened, address) for address in LISTS}
    before = {address: shape(beating.page) for address, beating in pages.items()}
    world(web, api, later=True)
    reloaded = opened("/profile")
    for address, beating in pages.items():
        beating.send()
        reloaded.goto(beating.page.url)
        now = shape(reloaded)
        assert now != before[address], address
        beating.page.wait_for_function(IS, arg=now, timeout=40_000)


@pytest.mark.slow
def test_a_repositorys_page_shows_no_other_repositorys_rows(opened: Open, heron: Any, web: Repository) -> None:
    vault = builders.repository("acme/vault", private=True)
    heron.is_staff = True
    heron.save()
    Subscription.objects.create(user=heron, repository=vault, filters=["all"])
    record(web, 1, author="lark")
    beating = Beating(opened, "/repositories/acme/web")
    record(vault, 7, author="lark", minutes=5, title="A secret", node_id="PR_vault")
    record(web, 2, author="lark", minutes=6)
    expect(beating.page.locator("[id='pr-acme/web/2']")).to_be_visible()
    expect(beating.page.locator(".row")).to_have_count(2)
