"""A Slack to talk to: a real HTTP server on loopback that records what it is sent and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest


@dataclass(frozen=True, slots=True)
class Post:
    """One message that arrived."""

    path: str
    token: str
    body: dict[str, Any]

    @property
    def text(self) -> str:
        return str(self.body["text"])

    @property
    def shown(self) -> str:
        """Everything a reader could see of the card."""
        return "\n".join(_texts(self.body["blocks"]))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack says next. `meanwhile` runs before it is said: what happens elsewhere while somebody waits for it."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    meanwhile: Callable[[], Any] | None = None


def error(name: str) -> Answer:
    """A refusal by the Web API, which comes with status 200."""
    return Answer(body=json.dumps({"ok": False, "error": name}))


def limited(seconds: int) -> Answer:
    """Too many messages: come back in so many seconds."""
    return Answer(429, json.dumps({"ok": False, "error": "ratelimited"}), {"Retry-After": str(seconds)})


class Slack:
    """Posts in the order of their arrival, and the answers to come; without any it says yes."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers: deque[Answer] = deque()
        self.arrived = threading.Condition()

    def take(self, post: Post) -> Answer:
        with self.arrived:
            self.posts.append(post)
            number = len(self.posts)
            answer = self.answers.popleft() if self.answers else Answer()
            self.arrived.notify_all()
        if answer.meanwhile:
            answer.meanwhile()
        if answer.body:
            return answer
        if post.path.startswith("/api/"):
            said = {"ok": True, "channel": f"D{number:04}", "ts": f"1700000000.{number:06}"}
            return Answer(answer.status, json.dumps(said), answer.headers)
        return Answer(answer.status, "ok", answer.headers)

    def wait_for(self, count: int, seconds: float = 10) -> bool:
        """Until `count` posts have arrived; False when it took too long."""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.posts) >= count, seconds)


def _handler(slack: Slack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            is_form = "form" in self.headers["Content-Type"]
            # The SDK sends nothing at all for a call without arguments.
            body = dict(parse_qsl(sent.decode())) if is_form else json.loads(sent or b"{}")
            token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
            answer = slack.take(Post(self.path, token, body))
            said = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            try:
                self.end_headers()
                self.wfile.write(said)
            except ConnectionError:
                pass  # whoever asked has given up, or was killed

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def slack(settings: Any) -> Iterator[Slack]:
    """Slack on loopback, not yet configured: use `by_webhook` or `by_bot`."""
    slack = Slack()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(slack))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    settings.SLACK_API_URL = f"http://127.0.0.1:{server.server_port}/api/"
    settings.SLACK_BOT_TOKEN = settings.SLACK_CHANNEL = settings.SLACK_WEBHOOK_URL = ""
    yield slack
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def by_webhook(slack: Slack, settings: Any) -> Slack:
    """An incoming webhook is all there is."""
    settings.SLACK_WEBHOOK_URL = settings.SLACK_API_URL.replace("/api/", "/services/T1/B1/secret")
    return slack


@pytest.fixture
def by_bot(slack: Slack, settings: Any) -> Slack:
    """A bot token, and the default channel C0DEFAULT."""
    settings.SLACK_BOT_TOKEN, settings.SLACK_CHANNEL = "xoxb-for-tests", "C0DEFAULT"
    return slack
