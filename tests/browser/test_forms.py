"""A form that cannot be sent: the page stays, says why, keeps the input, and sends it again."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from monitor.models import Claim, Person, Repository, SavedView, Snooze, Subscription
from tests.browser.test_liveness import record
from tests.builders import asked, item

Open = Callable[..., Page]
PULL = "/pull-requests/acme/web/1"


def claim(page: Page) -> None:
    page.get_by_role("button", name="I’m on it").click()


def mute(page: Page) -> None:
    page.locator("#snooze summary").click()
    page.get_by_role("button", name="Mute").click()


def stop_watching(page: Page) -> None:
    page.get_by_text("What you hear of it").click()
    page.get_by_role("button", name="Stop watching").click()


def look_now(page: Page) -> None:
    page.get_by_role("button", name="Look now").click()


def watch(page: Page) -> None:
    page.get_by_label("Repository", exact=True).fill("acme/api")
    page.get_by_role("button", name="Watch", exact=True).click()


def keep_view(page: Page) -> None:
    page.get_by_text("Save view").click()
    page.get_by_label("Name").fill("Larks")
    page.get_by_role("button", name="Save", exact=True).click()


def save_profile(page: Page) -> None:
    page.get_by_label("From").fill("07:30")
    page.get_by_role("button", name="Save changes").click()


ACTS: dict[str, tuple[str, Callable[[Page], None], Callable[[], bool]]] = {
    "I’m on it": (PULL, claim, lambda: Claim.objects.exists()),
    "Snooze: For good (mute)": (PULL, mute, lambda: Snooze.objects.exists()),
    "Look now": ("/repositories/acme/web", look_now, lambda: Repository.objects.exclude(refreshed_at=None).exists()),
    "Stop watching": ("/repositories/acme/web", stop_watching, lambda: not Subscription.objects.exists()),
    "Save": ("/?q=author%3Alark", keep_view, lambda: SavedView.objects.exists()),
    "Save changes": ("/profile", save_profile, lambda: Person.objects.filter(working_start__hour=7).exists()),
}


@pytest.fixture
def pull(web: Repository) -> None:
    request = item("review_requested", 5, "lark", "heron")
    record(web, 1, author="lark", review_requests=(asked("heron"),), timeline=(request,))


@pytest.mark.slow
def test_while_the_server_is_away_the_page_stays_and_the_form_can_be_sent_again(
    opened: Open, pull: None, site: str
) -> None:
    page = opened(PULL)
    for name, (address, act, done) in ACTS.items():
        page.goto(site + address)
        page.context.set_offline(True)
        act(page)
        banner = page.locator("#unsent")
        expect(banner).to_contain_text(f"“{name}” did not get through. The server does not answer")
        assert page.evaluate("location.pathname + location.search") == address
        assert not done()
        page.context.set_offline(False)
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#main > .banner[role=status]:visible")).to_have_count(1)
        assert done()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "words"), [(503, "The server failed with 503"), (404, "not there any more")]
)  # fmt: skip
def test_a_failing_server_is_said_in_words(opened: Open, pull: None, status: int, words: str) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=status, body="") if route.request.method == "POST" else route.continue_()

    page = opened(PULL)
    page.route(f"**{PULL}/*", refuse)
    mute(page)
    expect(page.locator("#unsent")).to_contain_text(words)
    page.unroute(f"**{PULL}/*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Muted.", exact=True)).to_be_visible()


@pytest.mark.slow
def test_a_form_that_is_too_old_is_renewed_and_sent(opened: Open, pull: None, site: str) -> None:
    page = opened(PULL)
    page.context.add_cookies([{"name": "csrftoken", "value": "a" * 32, "url": site}])
    claim(page)
    expect(page.get_by_text("You are on it.", exact=True).first).to_be_visible()


@pytest.mark.slow
def test_somebody_signed_out_meanwhile_loses_nothing(opened: Open, heron: Any, pull: None) -> None:
    page = opened("/profile")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    save_profile(page)
    expect(page.locator("#unsent")).to_contain_text("You are signed out.")
    expect(page.get_by_label("From")).to_have_value("07:30")
    page.context.add_cookies(cookies)  # signed in again in another tab
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Profile saved.")).to_be_visible()
    assert ACTS["Save changes"][2]()


@pytest.mark.slow
def test_what_is_wrong_with_a_form_is_said_in_place(opened: Open, web: Repository) -> None:
    page = opened("/repositories")
    page.get_by_label("Repository", exact=True).fill("nonsense")
    page.get_by_role("button", name="Watch", exact=True).click()
    expect(page.get_by_text("Write it as owner/name")).to_be_visible()
    expect(page.get_by_label("Repository", exact=True)).to_be_focused()
    page.get_by_label("Repository", exact=True).fill("acme/web")
    page.get_by_role("button", name="Watch", exact=True).click()
    expect(page.get_by_role("heading", name="You watch acme/web already.")).to_be_visible()
    expect(page.get_by_role("button", name="Replace the filters")).to_be_focused()
    page.get_by_role("link", name="Keep them as they are").click()
    expect(page.get_by_role("heading", name="You watch")).to_have_count(0)
    assert Subscription.objects.get().filters == ["all"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "addresses"), [("on", (PULL, "/repositories/acme/web")), ("off", ("/?q=author%3Alark",))]
)
def test_escape_closes_every_menu_and_gives_the_focus_back(
    opened: Open, pull: None, site: str, keys: str, addresses: tuple[str, ...]
) -> None:
    page = opened(addresses[0])
    page.context.add_cookies([{"name": "keys", "value": keys, "url": site}])
    for address in addresses:
        page.goto(site + address)
        for menu in page.locator("details").all():
            menu.locator("summary").click()
            expect(menu).to_have_attribute("open", "")
            page.keyboard.press("Tab")
            page.keyboard.press("Escape")
            expect(menu).not_to_have_attribute("open", "")
            expect(menu.locator("summary")).to_be_focused()


@pytest.mark.slow
def test_a_new_token_is_shown_once(opened: Open, heron: Any) -> None:
    page = opened("/profile")
    page.get_by_label("What is it for?").fill("desk lamp")
    page.get_by_role("button", name="New token").click()
    expect(page.get_by_label("The new token")).to_have_value(re.compile("^prm_"))
    page.reload()
    expect(page.get_by_role("cell", name="desk lamp", exact=True)).to_be_visible()
    expect(page.get_by_label("The new token")).to_have_count(0)
    assert heron.api_tokens.count() == 1
