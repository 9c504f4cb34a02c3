"""A client at the demo GitHub, and a scripted server for the answers no GitHub should give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from monitor.demo import DemoGitHub, World
from monitor.github import identities
from monitor.github.client import Client
from monitor.github.connection import Connection
from monitor.github.credentials import TokenKey
from tests.github.scripted import Scripted


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    """No test knows what another one learned about identities."""
    identities.forget()
    yield
    identities.forget()


@pytest.fixture
def client(github: DemoGitHub) -> Client:
    """plover's token at the demo GitHub."""
    return at(github)


def at(github: DemoGitHub, token: str = "demo", identity: str = "user:plover") -> Client:
    """A client with one of the demo GitHub's tokens."""
    return Client(identity, Connection(github.url, TokenKey(token)))


@pytest.fixture
def configured(github: DemoGitHub, settings: Any) -> Any:
    """The settings of somebody who uses the demo GitHub with a token."""
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = github.url, "demo"
    settings.GITHUB_APP_ID = settings.GITHUB_APP_PRIVATE_KEY = ""
    return settings


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A server that says what the test wrote."""
    with Scripted() as server:
        yield server


@pytest.fixture
def many(world: World) -> list[str]:
    """The node ids of sixty repositories with two open pull requests each."""
    return [home.id for home in world.add_many(60, 2)]
