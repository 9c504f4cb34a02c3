"""A browser, the server that it opens, and a reader who is signed in."""

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from monitor.models import EventSequence, Repository, Subscription
from tests import builders
from tests.live.asgi import session_of
from tests.live.servers import serving
from tests.runtime.running import until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips the tests if the machine has no browser."""
    here = [item for item in items if "tests/browser/" in item.nodeid]
    for item in here:
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None:
            item.add_marker(
                pytest.mark.skip(reason="no chromium on this machine: `apt-get install chromium` to run it")
            )


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps an event loop in this thread; no code of prmonitor runs on it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module: its loop must be gone before other tests start theirs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a server that uses the tests' database."""
    with serving("daphne") as (address, _):
        yield f"http://{address}"


@pytest.fixture
def quiet_end(transactional_db: None) -> Iterator[None]:
    """After the test, waits until the server has ended its statements: the flush would wait for them, and they for it."""
    yield
    if connection.vendor == "postgresql":
        assert until(_server_is_idle), "the server still works on what the test asked for"


def _server_is_idle() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            " and (state <> 'idle' or state_change > clock_timestamp() - interval '100 milliseconds')"
        )
        return bool(cursor.fetchone() == (0,))


@pytest.fixture
def heron(quiet_end: None) -> Any:
    """A reader. Event ids are new to the server, although the database starts anew for each test."""
    now = time.time_ns() // 1_000_000
    EventSequence.objects.update(last=now, pruned=now)
    return builders.user("heron")


@pytest.fixture
def web(heron: Any) -> Repository:
    """A repository that heron watches with all filters."""
    made = builders.repository("acme/web", last_polled_at=builders.T0)
    Subscription.objects.create(user=heron, repository=made, filters=["all"])
    return made


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained about: policy violations and script errors fail the test."""
    found: list[str] = []
    yield found
    assert not found


@pytest.fixture
def opened(chromium: Browser, site: str, heron: Any, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens an address as heron; keywords are the context's (viewport, color_scheme, …)."""
    contexts: list[BrowserContext] = []

    def hear(message: ConsoleMessage) -> None:
        # A status of an error is an answer, not a fault of the page; a lost socket is what some tests are about.
        if message.type == "error" and not message.text.startswith(("Failed to load resource", "WebSocket connection")):
            complaints.append(message.text)

    def open_(
        address: str = "/?q=is%3Aopen",
        *,
        signed_in: bool = True,
        before: Callable[[Page], None] | None = None,
        **context: Any,
    ) -> Page:
        made = chromium.new_context(**{"viewport": {"width": 1280, "height": 720}, **context})
        contexts.append(made)
        if signed_in:
            key = str(session_of(heron).session_key)
            made.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
        page = made.new_page()
        page.set_default_timeout(10_000)
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if before:
            before(page)
        page.goto(site + address)
        return page

    yield open_
    for context in contexts:
        context.close()
