"""The report on a credential: granted scopes, the end of the credential, and what prmonitor cannot read with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.github.client import Client
from monitor.github.connection import Connection
from monitor.github.credentials import TokenKey
from tests.demo_github import FINE_GRAINED, DemoGitHub, World
from tests.github.conftest import at
from tests.github.scripted import Scripted


@pytest.mark.parametrize(
    ("scopes", "missing"),
    [
        ({"repo", "read:org", "read:user"}, ()),
        ({"repo", "admin:org"}, ()),
        ({"repo"}, ("read:org",)),
        ({"public_repo", "read:org"}, ("repo",)),
        (set(), ("repo", "read:org")),
    ],
)
def test_a_classic_token(github: DemoGitHub, scopes: set[str], missing: tuple[str, ...]) -> None:
    github.add_token("classic", "finch", scopes=scopes)
    told = at(github, "classic", "user:finch").inspect()
    assert (told.kind, told.login, told.expires_at) == ("classic token", "finch", None)
    assert set(told.scopes) == scopes
    assert told.missing == missing
    assert len(told.notes) == len(missing)
    assert all(note.endswith(f"scope {scope}.") for note, scope in zip(told.notes, missing, strict=True))


def test_a_fine_grained_token_is_tried_out(github: DemoGitHub, world: World) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    github.add_token("narrow", "finch", kind=FINE_GRAINED, members=False, rollup=False, expires_at=ends)
    pull = world.open("acme/web", "Add retries", author="heron")
    told = at(github, "narrow", "user:finch").inspect(pull_request=pull.id, team="acme/platform")
    assert (told.kind, told.scopes, told.missing, told.expires_at) == ("fine-grained token", (), (), ends)
    assert [note.split(":")[0] for note in told.notes] == ["The state of checks cannot be read", "Teams cannot be read"]
    assert told.cost.points == 3


def test_a_fine_grained_token_that_may_read_everything(github: DemoGitHub, world: World) -> None:
    github.add_token("wide", "finch", kind=FINE_GRAINED)
    pull = world.open("acme/web", "Add retries", author="heron")
    told = at(github, "wide", "user:finch").inspect(pull_request=pull.id, team="acme/platform")
    assert (told.notes, told.expires_at) == ((), None)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("2026-12-31 23:59:59 UTC", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-12-31 23:59:59 -0700", datetime(2027, 1, 1, 6, 59, 59, tzinfo=UTC)),
        ("soon", None),
    ],
)
def test_when_it_ends_as_github_writes_it(scripted: Scripted, text: str, ends: datetime | None) -> None:
    scripted.say({"data": {"viewer": {"login": "finch"}}}, github_authentication_token_expiration=text)
    assert Client("user:finch", Connection(scripted.url, TokenKey("x"))).inspect().expires_at == ends
