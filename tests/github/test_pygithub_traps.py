"""Behaviour of PyGithub that would harm prmonitor: each test fails if the client shows that behaviour."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from github.Requester import HTTPRequestsConnectionClass

from monitor.github.client import Client, GitHubError, Overloaded, RateLimited, Unavailable
from monitor.github.connection import Connection
from monitor.github.credentials import TokenKey
from tests.demo_github import DemoGitHub, World
from tests.github.conftest import at
from tests.github.scripted import Scripted


def _connection(url: str, token: str = "demo") -> Connection:
    return Connection(url, TokenKey(token))


@pytest.fixture
def awake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a test fail if its thread sleeps."""
    sleeper, sleep = threading.get_ident(), time.sleep

    def refuse(seconds: float) -> None:
        assert threading.get_ident() != sleeper, f"slept {seconds} s"
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", refuse)


def test_queries_are_not_paced_as_writes(client: Client, many: list[str], awake: None) -> None:
    started = time.monotonic()
    for _ in range(4):
        client.probe(many[:1])
    assert time.monotonic() - started < 2


def test_one_missing_node_and_many_missing_nodes_leave_the_rest(client: Client, many: list[str]) -> None:
    assert set(client.probe([many[0], "R_gone"]).found) == {many[0]}
    several = client.probe([many[0], "R_gone", many[1], "R_lost"])
    assert set(several.found) == {many[0], many[1]}
    assert several.missing == {"R_gone", "R_lost"}


def test_rate_limited_with_status_200_is_a_rate_limit(client: Client, github: DemoGitHub, many: list[str]) -> None:
    github.faults.rate_limited_in_200()
    with pytest.raises(RateLimited) as raised:
        client.probe(many[:1])
    assert raised.value.primary


LIMITS = [(403, 60), (403, None), (429, 60), (429, None), (200, 60), (200, None)]


@pytest.mark.parametrize(("status", "retry_after"), LIMITS)
def test_secondary_limits_are_raised_without_sleeping(
    client: Client, github: DemoGitHub, many: list[str], awake: None, status: int, retry_after: int | None
) -> None:
    github.faults.secondary_limit(status, retry_after=retry_after, times=None)
    with pytest.raises(RateLimited) as raised:
        client.probe(many[:1])
    assert (raised.value.primary, raised.value.explicit) == (False, retry_after is not None)
    assert len(github.log) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_query_is_sent_once(
    client: Client, github: DemoGitHub, many: list[str], awake: None, status: int
) -> None:
    github.faults.bad_gateway(status, points=1)
    with pytest.raises(Overloaded if status in (502, 504) else Unavailable):
        client.probe(many[:1])
    assert len(github.log) == 1


@pytest.mark.parametrize("fault", ["html", "cut_json", "empty_body", "reset_connection"])
def test_an_invalid_response_is_one_failed_request(
    client: Client, github: DemoGitHub, many: list[str], awake: None, fault: str
) -> None:
    getattr(github.faults, fault)()
    with pytest.raises(Unavailable):
        client.probe(many[:1])
    assert len(github.log) == 1
    assert client.probe(many[:1]).found


@pytest.mark.parametrize("body", ["", "<html>", '{"data":', "[]", "null", "7", '"x"', "{}", '{"data": "<html>"}'])
def test_other_peoples_answers_are_never_taken_for_githubs(scripted: Scripted, body: str) -> None:
    scripted.say(body)
    with pytest.raises(Unavailable):
        Client("user:plover", _connection(scripted.url)).probe(["R_1"])


def test_a_body_that_breaks_off(scripted: Scripted) -> None:
    scripted.say('{"data": {"nodes": []}}')
    scripted.cut = True
    with pytest.raises(Unavailable):
        Client("user:plover", _connection(scripted.url)).probe(["R_1"])


def test_a_whole_batch_of_nulls_is_missing_not_empty(client: Client, github: DemoGitHub, many: list[str]) -> None:
    github.faults.null_nodes()
    answer = client.probe(many)
    assert (answer.found, answer.missing) == ({}, frozenset(many))


def test_a_renamed_repository_loses_nothing(client: Client, world: World) -> None:
    pulls = [world.open("acme/web", f"Change {number}", author="heron") for number in range(35)]
    for pull in pulls[:5]:
        world.close(pull)
    home = world.repository("acme/web")
    world.rename(home, "site")
    probed = client.probe([home.id], rows=100).found[home.id]
    assert probed.metadata.full_name == "acme/site"
    assert len(probed.rows) == 35
    assert {row.state for row in probed.rows} == {"open", "closed"}


@pytest.mark.parametrize("location", ["https://elsewhere.example/graphql", "http://127.0.0.1:1/graphql", "/graphql"])
def test_a_redirect_is_an_error_with_words(scripted: Scripted, location: str) -> None:
    scripted.say("", 301 if location[0] != "/" else 302, Location=location)
    with pytest.raises(Unavailable):
        Client("user:plover", _connection(scripted.url)).probe(["R_1"])


def test_threads_never_get_each_others_answers(
    client: Client, many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both threads prepare their requests before either sends: a shared connection would send one request twice."""
    both, send = threading.Barrier(2, timeout=10), HTTPRequestsConnectionClass.getresponse

    def together(self: Any) -> Any:
        both.wait()
        return send(self)

    monkeypatch.setattr(HTTPRequestsConnectionClass, "getresponse", together)
    with ThreadPoolExecutor(2) as pool:
        for mine, theirs in zip(many[:6:2], many[1:6:2], strict=True):
            first, second = pool.map(lambda id: client.probe([id]), (mine, theirs))
            assert (*first.found,) == (mine,)
            assert first.found[mine].metadata.node_id == mine
            assert second.found[theirs].metadata.node_id == theirs


def test_each_answer_states_the_rate_limit_of_its_own_resource(
    client: Client, github: DemoGitHub, many: list[str]
) -> None:
    github.exhaust(resource="core", leave=3)
    cost = client.probe(many[:1]).cost
    assert (cost.resource, cost.limit, cost.remaining) == ("graphql", 5000, 4999)


@pytest.mark.slow
def test_an_endless_answer_ends_with_the_time_out(
    github: DemoGitHub, many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.github.connection.TIMEOUT", 1)
    started = time.monotonic()
    with github.faults.hold(only="PrProbe"), pytest.raises(Overloaded, match="did not answer"):
        at(github).probe(many[:1])
    assert time.monotonic() - started < 8


def test_tokens_are_not_logged(
    client: Client, github: DemoGitHub, many: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    secret = "ghp_very-secret"
    github.add_token(secret, "finch")
    with caplog.at_level("DEBUG"):
        at(github, secret, "user:finch").probe(many[:1])
        github.tokens.revoke(secret)
        with pytest.raises(GitHubError) as raised:
            at(github, secret, "user:finch").probe(many[:1])
    assert secret not in caplog.text
    assert secret not in str(raised.value) + repr(raised.value)
    assert secret not in repr(_connection(github.url, secret).key)
