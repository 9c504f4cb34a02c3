"""A page updates itself: changed rows change in place, and nothing else moves."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, WebSocketRoute, expect

from monitor.models import Repository, Subscription
from monitor.recording import recorder
from tests import builders
from tests.builders import asked, at, item, snapshot

Open = Callable[..., Page]
expect.set_options(timeout=10_000)


def record(repository: Repository, *numbers: int, minutes: float = 1, first: bool = False, **changed: Any) -> None:
    """Pull requests as GitHub has them now."""
    many = [snapshot(number, **{"updated_at": at(minutes - number / 1000), **changed}) for number in numbers]

    def written() -> None:
        recorder.record(repository, many, now=at(minutes), first_look=first)
        connection.close()

    # Not in this thread: Playwright's loop runs here, and beside a loop the signal of new events cannot be sent.
    with ThreadPoolExecutor(1) as worker:
        worker.submit(written).result()


def live(page: Page) -> Page:
    """The page once its socket is open."""
    expect(page.locator("#live")).to_have_text("Live")
    page.evaluate("window.loadedOnce = true")
    return page


def never_reloaded(page: Page) -> bool:
    return bool(page.evaluate("window.loadedOnce === true"))


def top(page: Page, row: str) -> float:
    return float(page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", row))


def test_a_row_changes_in_place_and_focus_and_scroll_stay(opened: Open, web: Repository) -> None:
    record(web, *range(1, 41), author="lark")
    page = live(opened())
    for _ in range(20):
        page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.closest('.row').id")
    number = int(focused.rpartition("/")[2])
    before = top(page, focused)
    assert page.evaluate("scrollY") > 0
    record(web, number, author="lark", title="A new title", ci="failure", minutes=10)
    row = page.locator(f"[id='{focused}']")
    expect(row).to_have_attribute("data-updated", at(10 - number / 1000).strftime("%Y-%m-%dT%H:%M:%SZ"))
    expect(row).to_contain_text("A new title")
    expect(row).to_contain_text("New title, checks failing just now")
    assert page.evaluate("document.activeElement.closest('.row').id") == focused
    assert abs(top(page, focused) - before) <= 1
    assert never_reloaded(page)


@pytest.mark.slow
def test_two_repositories_with_the_same_letters_keep_their_rows(opened: Open, heron: Any) -> None:
    for serial, name in enumerate(("acme-web/app", "acme/web-app")):
        watched = builders.repository(name)
        Subscription.objects.create(user=heron, repository=watched, filters=["all"])
        record(watched, 7, author="lark", title=f"In {name}", node_id=f"PR_{serial}")
    page = live(opened())
    record(watched, 7, author="lark", title="Changed", node_id="PR_1", minutes=5)
    expect(page.locator("[id='pr-acme/web-app/7']")).to_contain_text("Changed")
    expect(page.locator("[id='pr-acme-web/app/7']")).to_contain_text("In acme-web/app")
    expect(page.locator(".row")).to_have_count(2)


@pytest.mark.slow
def test_a_new_row_comes_above_without_moving_what_one_looks_at(opened: Open, web: Repository) -> None:
    record(web, *range(1, 41), author="lark")
    page = live(opened())
    page.locator("[id='pr-acme/web/30'] .row-title a").focus()
    page.locator("[id='pr-acme/web/30']").scroll_into_view_if_needed()
    before = top(page, "pr-acme/web/30")
    assert page.evaluate("scrollY") > 0
    record(web, 99, author="lark", minutes=20)
    expect(page.locator("[id='pr-acme/web/99']")).to_be_attached()
    assert page.evaluate("document.querySelector('.rows-of:not([hidden]) .row').id") == "pr-acme/web/99"
    assert abs(top(page, "pr-acme/web/30") - before) <= 1
    assert page.evaluate("document.activeElement.closest('.row').id") == "pr-acme/web/30"
    expect(page.locator("#sum")).to_contain_text("41 pull requests")
    expect(page.locator("#sum b")).to_have_text("41")


@pytest.mark.slow
def test_it_becomes_my_turn_and_the_title_counts_it(opened: Open, web: Repository) -> None:
    record(web, 1, 2, author="lark")
    page = live(opened())
    assert page.title() == "All open · prmonitor"
    request = item("review_requested", 5, "lark", "heron")
    record(web, 1, author="lark", minutes=6, review_requests=(asked("heron"),), timeline=(request,))
    expect(page.locator("[data-group=turn] [id='pr-acme/web/1'].is-next")).to_contain_text("review requested by lark")
    expect(page).to_have_title("(1) All open · prmonitor")
    expect(page.locator("[data-view=waiting]")).to_have_text("1")
    merged = {"state": "merged", "merged_at": at(7), "closed_at": at(7)}
    record(web, 1, author="lark", minutes=8, **merged)
    expect(page.locator("[id='pr-acme/web/1']")).to_have_count(0)
    expect(page).to_have_title("All open · prmonitor")
    assert never_reloaded(page)


@pytest.mark.slow
def test_the_last_row_leaves_and_the_first_comes(opened: Open, web: Repository) -> None:
    record(web, 1, author="lark")
    page = live(opened())
    record(web, 1, author="lark", minutes=5, state="closed", closed_at=at(5))
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    record(web, 2, author="lark", minutes=6)
    expect(page.locator("[id='pr-acme/web/2']")).to_be_visible()
    assert never_reloaded(page)


@pytest.mark.slow
def test_rows_of_a_first_look_appear_without_events(opened: Open, web: Repository) -> None:
    Repository.objects.update(first_read_at=None, status="pending", read_count=1, read_total=2)
    page = live(opened())
    repositories = opened("/repositories")
    expect(page.get_by_text("Reading your repositories")).to_be_visible()
    expect(repositories.locator("#watched")).to_contain_text("first look: 1 of 2")
    repositories.locator("#watched a", has_text="Edit").focus()
    record(web, 1, author="lark", first=True)
    Repository.objects.update(first_read_at=at(1), status="ok")
    expect(page.locator("[id='pr-acme/web/1']")).to_be_visible()
    expect(repositories.locator("#watched")).to_contain_text("up to date")
    expect(repositories.locator("#watched a", has_text="Edit")).to_be_focused()
    assert never_reloaded(page)


@pytest.mark.slow
def test_a_lost_connection_is_said_and_what_was_missed_comes(opened: Open, web: Repository) -> None:
    sockets: list[WebSocketRoute] = []
    out = {"of order": False}

    def between(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        if out["of order"]:
            socket.close(code=4000)
        else:
            socket.connect_to_server()

    record(web, 1, author="lark")
    page = live(opened(before=lambda page: page.route_web_socket("**/api/v1/ws/me**", between)))
    out["of order"] = True
    sockets[-1].close(code=4000)
    expect(page.get_by_text("Connection lost.")).to_be_visible()
    expect(page.locator("#live")).to_contain_text("As of")
    record(web, 1, author="lark", minutes=9, title="Changed meanwhile")
    record(web, 2, author="lark", minutes=10)
    out["of order"] = False
    page.get_by_role("button", name="Try now").click()
    expect(page.locator("[id='pr-acme/web/1']")).to_contain_text("Changed meanwhile")
    expect(page.locator("[id='pr-acme/web/2']")).to_be_visible()
    expect(page.get_by_text("2 changes while you were away are in the list now.")).to_be_visible()
    expect(page.locator("#away")).to_be_hidden()
    assert never_reloaded(page)


@pytest.mark.slow
def test_the_page_of_a_pull_request_follows_too(opened: Open, web: Repository) -> None:
    record(web, 1, author="lark")
    page = live(opened("/pull-requests/acme/web/1"))
    record(web, 1, author="lark", minutes=5, title="Another title", draft=True)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Another title")
    expect(page.locator("#timeline")).to_contain_text("turned it back into a draft")
    expect(page).to_have_title("Another title · acme/web#1")
    request = item("review_requested", 6, "lark", "heron")
    record(web, 1, author="lark", minutes=7, review_requests=(asked("heron"),), timeline=(request,))
    expect(page.locator("#why")).to_contain_text("You are asked for a review")
    expect(page.locator("#on-github")).to_have_text("Review on GitHub o")
    page.locator("#snooze summary").click()
    record(web, 1, author="lark", minutes=9, title="A third title", state="merged", merged_at=at(9), closed_at=at(9))
    expect(page.get_by_role("heading", level=1)).to_contain_text("A third title")
    expect(page.get_by_role("button", name="Mute")).to_be_visible()  # nothing goes under the hand
    assert never_reloaded(page)


@pytest.mark.slow
def test_rows_change_places_once_nobody_has_them_in_hand(opened: Open, web: Repository) -> None:
    record(web, *range(1, 5), author="lark")
    page = live(opened("/?q=is%3Aopen+sort%3Aupdated"))
    order = "() => [...document.querySelectorAll('.row')].map((row) => row.id.at(-1)).join('')"
    assert page.evaluate(order) == "1234"
    page.locator("[id='pr-acme/web/2'] .row-title a").focus()
    record(web, 4, author="lark", minutes=10, title="Newest now")
    expect(page.locator("[id='pr-acme/web/4']")).to_contain_text("Newest now")
    assert page.evaluate(order) == "1234"
    page.evaluate("document.activeElement.blur()")
    page.wait_for_function(f"() => ({order})() === '4123'")
    assert never_reloaded(page)


@pytest.mark.slow
def test_somebody_signed_out_elsewhere_is_led_to_the_door(opened: Open, heron: Any, web: Repository) -> None:
    record(web, 1, author="lark")
    page = live(opened())
    heron.set_password("another one entirely")  # ends every session
    heron.save()
    record(web, 1, author="lark", minutes=5, title="Not for you now")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("off", [False, True])
def test_single_keys(opened: Open, web: Repository, off: bool) -> None:
    record(web, 1, 2, author="lark")
    page = opened()
    if off:
        page.context.add_cookies([{"name": "keys", "value": "off", "url": page.url}])
        page.reload()
    live(page)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id === 'q'") is not off
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible(visible=not off)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest?.('.row')?.id ?? null") == (None if off else "pr-acme/web/1")
    if not off:
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Change number 1")).to_be_visible()


@pytest.mark.slow
def test_the_inbox_fills_and_empties(opened: Open, web: Repository) -> None:
    record(web, 1, author="lark")
    page = live(opened("/"))
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    mine = {"review_requests": (asked("heron"),), "timeline": (item("review_requested", 2, "lark", "heron"),)}
    record(web, 1, author="lark", minutes=5, **mine)
    expect(page.locator("[id='pr-acme/web/1']")).to_contain_text("review requested by lark")
    expect(page).to_have_title("(1) Waiting on me · prmonitor")
    record(web, 1, author="lark", minutes=6)
    expect(page.locator("[id='pr-acme/web/1']")).to_have_count(0)
    expect(page).to_have_title("Waiting on me · prmonitor")
    assert never_reloaded(page)
