"""Webhooks: what happens in the world, signed and posted to an address, in order and off the actor's thread.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import hmac
import json
import logging
from dataclasses import dataclass
from hashlib import sha256
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import uuid4

from monitor.demo.server.rest.payloads import account, repository
from monitor.demo.world.objects import Account, PullRequest, Repository
from monitor.demo.world.world import World
from tests.demo_github import payloads

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Delivery:
    """One delivery: what was sent and what came back (status 0: nobody answered)."""

    event: str
    payload: dict[str, Any]
    id: str
    status: int | None = None


_OF_AN_ORGANIZATION = {"membership", "team"}


def sign(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


class Hook:
    """A webhook of the world's repositories; `deliveries` keeps what was sent, `paused` holds deliveries back."""

    def __init__(self, world: World, url: str, secret: str, *, form: bool = False) -> None:
        self.world, self.url, self.secret, self.form = world, url, secret, form
        self.deliveries: list[Delivery] = []
        self._queue: SimpleQueue[Delivery | Event | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="demo-webhook", daemon=True)
        self._thread.start()
        world.listeners.append(self._heard)

    def ping(self) -> None:
        self._queue.put(Delivery("ping", {"zen": "Keep it logically awesome.", "hook_id": 1}, str(uuid4())))

    def redeliver(self, delivery: Delivery) -> None:
        """Send it again under the same X-GitHub-Delivery, as GitHub does."""
        self._queue.put(delivery)

    def settle(self, timeout: float = 10) -> bool:
        """Wait until everything that has happened so far is delivered; False when it took too long."""
        done = Event()
        self._queue.put(done)
        return done.wait(timeout)

    def close(self) -> None:
        if self._heard in self.world.listeners:
            self.world.listeners.remove(self._heard)
        self._queue.put(None)
        self._thread.join(timeout=5)

    def _heard(
        self,
        event: str,
        action: str,
        repo: Repository,
        pull: PullRequest | None,
        by: Account | None,
        more: dict[str, Any],
    ) -> None:
        body: dict[str, Any] = {"sender": account(self.world, by)}
        if event not in _OF_AN_ORGANIZATION:
            body["repository"] = repository(self.world, repo)
        if repo.owner.typename == "Organization":
            body["organization"] = account(self.world, repo.owner)
        if action:
            body = {"action": action, **body}
        body.update(_particulars(self.world, event, pull, more))
        self._queue.put(Delivery(event, body, str(uuid4())))

    def _run(self) -> None:
        while (one := self._queue.get()) is not None:
            if isinstance(one, Event):
                one.set()
            else:
                one.status = self._post(one)
                self.deliveries = [*self.deliveries[-999:], one]

    def _post(self, delivery: Delivery) -> int:
        text = json.dumps(delivery.payload)
        body = urlencode({"payload": text}).encode() if self.form else text.encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded" if self.form else "application/json",
            "User-Agent": "GitHub-Hookshot/demo",
            "X-GitHub-Event": delivery.event,
            "X-GitHub-Delivery": delivery.id,
            "X-Hub-Signature-256": sign(self.secret, body),
        }
        try:
            with urlopen(Request(self.url, body, headers), timeout=10) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code
        except (URLError, OSError) as broken:
            log.warning("webhook %s not delivered: %s", delivery.event, broken)
            return 0


def _particulars(world: World, event: str, pull: PullRequest | None, more: dict[str, Any]) -> dict[str, Any]:
    """What an event's payload has beyond action, repository and sender."""
    match event, pull:
        case "check_run" | "check_suite" | "status", PullRequest():
            return payloads.commit_checks(event, more["commit"], pull)
        case "push", _:
            return {
                "ref": f"refs/heads/{more['ref']}",
                "commits": [{"added": [], "modified": more["paths"], "removed": []}],
            }
        case "membership", _:
            group = payloads.team(world, more["team"])
            return {"scope": "team", "team": group, "member": account(world, more["member"])}
        case "team", _:
            return {"team": payloads.team(world, more["team"])}
        case "issue_comment", PullRequest():
            issue = payloads.pull_request(world, pull)
            return {"issue": {**issue, "pull_request": {"url": issue["url"]}}, "comment": {"body": more["body"]}}
        case _, PullRequest():
            return {
                "number": pull.number,
                "pull_request": payloads.pull_request(world, pull),
                **_extras(world, pull, more),
            }
    return dict(more)


def _extras(world: World, pull: PullRequest, more: dict[str, Any]) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    for name, value in more.items():
        match name:
            case "reviewer" if isinstance(value, Account):
                extras["requested_reviewer"] = account(world, value)
            case "reviewer":
                extras["requested_team"] = payloads.team(world, value)
            case "assignee":
                extras["assignee"] = account(world, value)
            case "label":
                extras["label"] = {"node_id": value.id, "name": value.name, "color": value.color}
            case "review":
                extras["review"] = payloads.review(world, value)
            case "thread":
                extras["thread"] = {"node_id": value.id, "comments": []}
            case _:
                extras[name] = value
    return extras
