"""The world's acts arrive as GitHub's webhooks: signed, in order, with the ids that GraphQL knows."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.demo_github import DemoGitHub, World, sign

SECRET = "It's a Secret to Everybody"


class Inbox:
    """A receiver of webhooks that keeps what it got."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                inbox.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(202)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhooks/github"

    def events(self) -> list[tuple[str, str | None]]:
        return [(headers["x-github-event"], json.loads(body).get("action")) for headers, body in self.got]


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    thread = Thread(target=inbox.server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    yield inbox
    inbox.server.shutdown()
    inbox.server.server_close()


def test_the_documented_signature() -> None:
    expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert sign(SECRET, b"Hello, World!") == expected


def test_acts_arrive_in_order_signed_and_with_graphql_ids(github: DemoGitHub, world: World, inbox: Inbox) -> None:
    hook = github.add_hook(inbox.url, SECRET)
    hook.ping()
    pull = world.open("acme/web", "One", author="dependabot[bot]")
    world.request_review(pull, "acme/platform", by="heron")
    world.review(pull, "APPROVED", by="wren")
    world.set_checks(pull, "SUCCESS")
    world.merge(pull, by="wren")
    world.add_member("acme/platform", "lark")
    world.edit_team("acme/platform", secret=True)
    world.rename("acme/web", "site")
    assert hook.settle()
    assert inbox.events() == [
        ("ping", None), ("pull_request", "opened"), ("pull_request", "review_requested"),
        ("pull_request_review", "submitted"), ("check_run", "completed"), ("check_suite", "completed"), ("status", None),
        ("pull_request", "closed"), ("push", None), ("membership", "added"), ("team", "edited"), ("repository", "renamed"),
    ]  # fmt: skip
    for headers, body in inbox.got:
        assert headers["x-hub-signature-256"] == sign(SECRET, body)
    opened = json.loads(inbox.got[1][1])
    assert (opened["pull_request"]["node_id"], opened["repository"]["node_id"]) == (pull.id, pull.repository.id)
    assert opened["sender"] == opened["pull_request"]["user"]
    assert (opened["sender"]["login"], opened["sender"]["type"]) == ("dependabot[bot]", "Bot")
    assert json.loads(inbox.got[2][1])["requested_team"]["slug"] == "platform"
    assert json.loads(inbox.got[4][1])["check_run"]["head_sha"] == pull.head_ref_oid
    assert "repository" not in json.loads(inbox.got[9][1])
    assert len({headers["x-github-delivery"] for headers, _ in inbox.got}) == len(inbox.got)


def test_what_concerns_merging_is_told(github: DemoGitHub, world: World, inbox: Inbox) -> None:
    pull = world.open("acme/web", "One", author="heron")
    thread = world.open_thread(pull, "wren")
    hook = github.add_hook(inbox.url, SECRET)
    world.resolve_thread(thread)
    world.unresolve_thread(thread, "wren")
    world.enable_auto_merge(pull, "wren")
    world.disable_auto_merge(pull, "wren")
    world.enqueue(pull, "heron")
    world.dequeue(pull, reason="failed_checks")
    assert hook.settle()
    assert inbox.events() == [
        ("pull_request_review_thread", "resolved"), ("pull_request_review_thread", "unresolved"),
        ("pull_request", "auto_merge_enabled"), ("pull_request", "auto_merge_disabled"),
        ("pull_request", "enqueued"), ("pull_request", "dequeued"),
    ]  # fmt: skip
    bodies = [json.loads(body) for _, body in inbox.got]
    assert bodies[0]["thread"]["node_id"] == thread.id
    assert [one["pull_request"]["node_id"] for one in bodies] == [pull.id] * 6
    assert bodies[2]["pull_request"]["auto_merge"]["enabled_by"]["login"] == "wren"
    assert (bodies[5]["reason"], bodies[5]["sender"]["login"]) == ("CI_FAILURE", "github-merge-queue[bot]")


def test_redelivery_keeps_the_delivery_id_and_form_bodies_are_signed_as_sent(
    github: DemoGitHub, world: World, inbox: Inbox
) -> None:
    hook = github.add_hook(inbox.url, SECRET, form=True)
    world.open("acme/web", "One & only", author="heron")
    assert hook.settle()
    hook.redeliver(hook.deliveries[0])
    assert hook.settle()
    (first, body), (second, again) = inbox.got
    assert first["x-github-delivery"] == second["x-github-delivery"]
    assert body == again
    assert first["x-hub-signature-256"] == sign(SECRET, body)
    payload = json.loads(parse_qs(body.decode())["payload"][0])
    assert payload["pull_request"]["title"] == "One & only"


def test_a_receiver_that_is_down_is_noted_and_stops_nothing(github: DemoGitHub, world: World) -> None:
    hook = github.add_hook("http://127.0.0.1:9/", SECRET)
    world.open("acme/web", "One", author="heron")
    assert hook.settle()
    assert [delivery.status for delivery in hook.deliveries] == [0]
