"""The demo GitHub for tests: a small world, served over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo_github import DemoGitHub, World


@pytest.fixture
def world() -> World:
    """One organisation, two repositories (`acme/web`; `acme/vault` is private), a team, no pull request yet."""
    world = World()
    world.add_repository("acme/web")
    world.add_repository("acme/vault", private=True)
    world.add_team("acme/platform", ["plover", "wren"])
    return world


@pytest.fixture
def github(world: World) -> Iterator[DemoGitHub]:
    """The world served at `github.url`; the token `demo` is plover's and sees everything."""
    with DemoGitHub(world) as github:
        yield github
