"""Signed-in clients, and a few pull requests to look at."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from monitor.models import Repository, Subscription
from monitor.recording import recorder
from monitor.rules.snapshot import Snapshot
from tests import builders


@pytest.fixture
def heron(db: None) -> Any:
    """A user known on GitHub as heron."""
    return builders.user("heron")


@pytest.fixture
def web(heron: Any) -> Repository:
    """A public repository that heron watches, with the default filters."""
    made = builders.repository("acme/web", last_polled_at=builders.T0)
    Subscription.objects.create(user=heron, repository=made)
    return made


@pytest.fixture
def browser_of() -> Callable[[Any], Client]:
    """A browser in which a user is signed in."""

    def signed_in(user: Any) -> Client:
        client = Client(headers={"accept": "text/html"})
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def page(heron: Any, browser_of: Callable[[Any], Client]) -> Client:
    """heron's browser."""
    return browser_of(heron)


@pytest.fixture
def record() -> Callable[..., list[int]]:
    """Records snapshots, as a look at GitHub would."""

    def recorded(repository: Repository, *snapshots: Snapshot, minutes: float = 0, first: bool = False) -> list[int]:
        return recorder.record(repository, snapshots, now=builders.at(minutes), first_look=first)

    return recorded
