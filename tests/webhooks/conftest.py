"""Delivers the demo GitHub's webhooks, and hand-made odd ones, to prmonitor's real endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from monitor import tasks
from monitor.demo.server.rest.payloads import repository as repository_payload
from monitor.github.webhooks import signature_of
from monitor.models import Repository
from tests.demo_github import DemoGitHub, World
from tests.demo_github.webhooks import Delivery

SECRET = "It's a Secret to Everybody"
PATH = "/webhooks/github"
_numbers = count(1)


@pytest.fixture
def secret(settings) -> str:
    settings.GITHUB_WEBHOOK_SECRET = SECRET
    return SECRET


@pytest.fixture
def deliver(secret: str) -> Callable[..., Any]:
    """Delivers a payload (or raw bytes), signed unless a signature is given; returns the response."""

    def deliver(event: str, payload: Any, *, delivery: str | None = None, **headers: str) -> Any:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        said = {
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": f"delivery-{next(_numbers)}" if delivery is None else delivery,
            "X-Hub-Signature-256": signature_of(secret, body),
        }
        content_type = headers.pop("content_type", "application/json")
        return Client(enforce_csrf_checks=True).post(
            PATH, body, content_type, headers={name: value for name, value in {**said, **headers}.items() if value}
        )

    return deliver


class Post:
    """The demo's webhook with an unused address: keeps the deliveries until a test delivers them."""

    def __init__(self, github: DemoGitHub, deliver: Callable[..., Any]) -> None:
        self._hook, self._deliver, self._seen = github.add_hook("http://127.0.0.1:9/", SECRET), deliver, 0

    def take(self) -> list[Delivery]:
        """The deliveries since the last call."""
        assert self._hook.settle()
        taken = self._hook.deliveries[self._seen :]
        self._seen += len(taken)
        return taken

    def arrive(self) -> list[str]:
        """Delivers all deliveries; returns event, action and answer of each."""
        return [self.deliver(one) for one in self.take()]

    def deliver(self, one: Delivery) -> str:
        answer = self._deliver(one.event, one.payload, delivery=one.id)
        return f"{one.event} {one.payload.get('action', '-')} {answer.status_code} {answer.json()['status']}"


@pytest.fixture
def post(github: DemoGitHub, deliver: Callable[..., Any]) -> Post:
    return Post(github, deliver)


@pytest.fixture
def hooked(watch, look, post: Post) -> Callable[..., Repository]:
    """A watched repository after its first look; later deliveries of its webhook are kept."""

    def hooked(name: str = "acme/web", **columns: Any) -> Repository:
        repository = watch(name, **columns)
        look()
        post.take()
        repository.refresh_from_db()
        return repository

    return hooked


@pytest.fixture
def about(world: World) -> Callable[..., dict[str, Any]]:
    """A hand-made payload about a repository of the demo world."""

    def about(name: str = "acme/web", **parts: Any) -> dict[str, Any]:
        return {"repository": repository_payload(world, world.repository(name)), **parts}

    return about


def work(github: DemoGitHub) -> list[str]:
    """Runs the task as the cluster does; returns the operations that GitHub received."""
    before = len(github.log)
    tasks.webhooks()
    return [one.operation for one in list(github.log)[before:]]


def is_due(repository: Repository) -> bool:
    """Whether the repository is due now."""
    repository.refresh_from_db()
    return repository.next_poll_at <= timezone.now()
