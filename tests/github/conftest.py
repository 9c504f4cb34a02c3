"""A client of the demo GitHub, and a scripted server for faulty responses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from monitor.github import identities
from monitor.github.client import Client
from monitor.github.connection import Connection
from monitor.github.credentials import TokenKey
from tests.demo_github import DemoGitHub, World, add_many
from tests.github.scripted import Scripted


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    """Drops what earlier tests have stored about identities."""
    identities.forget_identities()
    yield
    identities.forget_identities()


@pytest.fixture
def client(github: DemoGitHub) -> Client:
    """A client of the demo GitHub with plover's token."""
    return at(github)


def at(github: DemoGitHub, token: str = "demo", identity: str = "user:plover") -> Client:
    """A client with one of the demo GitHub's tokens."""
    return Client(identity, Connection(github.url, TokenKey(token)))


@pytest.fixture
def configured(github: DemoGitHub, settings: Any) -> Any:
    """Settings that use the demo GitHub with a token."""
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = github.url, "demo"
    settings.GITHUB_APP_ID = settings.GITHUB_APP_PRIVATE_KEY = ""
    return settings


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A server that sends the response that the test has written."""
    with Scripted() as server:
        yield server


@pytest.fixture
def many(world: World) -> list[str]:
    """The node ids of sixty repositories with two open pull requests each."""
    return [home.id for home in add_many(world, 60, 2)]
