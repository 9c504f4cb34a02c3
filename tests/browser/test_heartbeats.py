"""What an open page fetches by itself: few and small requests, and still every change."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Response, WebSocketRoute, expect

from monitor.models import Repository, Subscription
from tests.browser.test_liveness import live, record

Open = Callable[..., Page]


class Beating:
    """A page whose heartbeats the test triggers, and what the page has requested since it was loaded."""

    def __init__(self, opened: Open, address: str) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.page = live(opened(address, before=self._between))
        self.answers: list[Response] = []
        self.page.on("response", lambda answer: self.answers.append(answer))

    def _between(self, page: Page) -> None:
        def hold(socket: WebSocketRoute) -> None:
            self.sockets.append(socket)
            socket.connect_to_server()

        page.add_init_script("Math.random = () => 0")  # nobody else is there to wait for
        page.route_web_socket("**/api/v1/ws/me**", hold)

    def send(self) -> None:
        """One heartbeat."""
        self.sockets[-1].send('{"type":"heartbeat","data":{"cursor":0}}')

    def beat(self) -> None:
        """One heartbeat, and the response to the request that the page then sends."""
        with self.page.expect_response(lambda answer: "part=outline" in answer.url):
            self.send()


@pytest.mark.slow
def test_three_heartbeats_cost_little(opened: Open, heron: Any, web: Repository) -> None:
    Subscription.objects.update(filters=["author"])
    record(web, *range(1, 121), author="lark")
    beating = Beating(opened, "/?q=is%3Aopen")
    for _ in range(3):
        beating.beat()
    sizes = [len(answer.body()) for answer in beating.answers if answer.status == 200]
    # Two find that nothing was written; the third brings the ages, and no row. The whole page is 170 kB.
    assert [answer.status for answer in beating.answers] == [304, 304, 200]
    assert sum(sizes) < 20_000


@pytest.mark.slow
def test_what_no_frame_tells_comes_with_the_next_heartbeat(opened: Open, heron: Any, web: Repository) -> None:
    Subscription.objects.update(filters=["author"])
    record(web, *range(1, 121), author="lark")
    beating = Beating(opened, "/?q=is%3Aopen")
    record(web, 7, author="lark", title="Not heard of", minutes=5)
    beating.beat()
    expect(beating.page.locator("[id='pr-acme/web/7']")).to_contain_text("Not heard of")
    assert len(beating.answers) == 2  # the outline, and the row
    assert sum(len(answer.body()) for answer in beating.answers) < 20_000


@pytest.mark.slow
def test_while_nobody_looks_nothing_is_asked(opened: Open, heron: Any, web: Repository) -> None:
    record(web, 1, author="lark")
    beating = Beating(opened, "/?q=is%3Aopen")
    look = "(away) => { Object.defineProperty(document, 'hidden', {get: () => away, configurable: true}); document.dispatchEvent(new Event('visibilitychange')); }"
    beating.page.evaluate(look, True)
    for _ in range(3):
        beating.send()
    with beating.page.expect_response(lambda answer: "part=outline" in answer.url):
        beating.page.evaluate(look, False)
    assert len(beating.answers) == 1
