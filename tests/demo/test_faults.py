"""Every kind of trouble can be had on order, for as many requests as wanted, and leaves the rest alone."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from tests.demo.asking import PROBE, graphql, rest
from tests.demo_github import DemoGitHub, World

ME = "query Me{viewer{login}}"


def test_bad_gateway_for_large_batches_only(github: DemoGitHub) -> None:
    fault = github.faults.bad_gateway(over_ids=2, points=7)
    assert graphql(github, PROBE, ids=["a", "b", "c"], k=1).status == 502
    assert graphql(github, PROBE, ids=["a", "b"], k=1).status == 200
    assert graphql(github, ME).status == 200
    assert (fault.hits, rest(github, "/rate_limit").json()["resources"]["graphql"]["used"]) == (1, 9)
    fault.clear()
    assert graphql(github, PROBE, ids=["a", "b", "c"], k=1).status == 200


def test_a_poisoned_node_spoils_every_batch_it_is_in(github: DemoGitHub) -> None:
    github.faults.poison("R_bad", 504)
    assert [graphql(github, PROBE, ids=ids, k=1).status for ids in (["R_bad", "a"], ["a"], ["R_bad"])] == [
        504,
        200,
        504,
    ]


def test_a_poisoned_node_spoils_queries_that_name_it_alone(github: DemoGitHub, world: World) -> None:
    pull, other = (world.open("acme/web", title, author="heron") for title in ("One", "Two"))
    github.faults.poison(pull.id)
    query = "query PrFollow($i0:ID!){p0:node(id:$i0){... on PullRequest{title}}}"
    assert [graphql(github, query, i0=one.id).status for one in (pull, other)] == [502, 200]


@pytest.mark.parametrize(
    ("status", "retry_after", "header"), [(403, 30, "30"), (429, None, None), (403, None, None), (200, None, None)]
)
def test_secondary_limits(github: DemoGitHub, status: int, retry_after: int | None, header: str | None) -> None:
    github.faults.secondary_limit(status, retry_after=retry_after)
    said = graphql(github, ME)
    assert (said.status, said.headers.get("retry-after")) == (status, header)
    assert "secondary rate limit" in said.text
    assert graphql(github, ME).data


def test_rate_limited_in_a_200(github: DemoGitHub) -> None:
    github.faults.rate_limited_in_200(times=2)
    assert [graphql(github, ME).errors[:1] != [] for _ in range(3)] == [True, True, False]


def test_bodies_that_are_no_answer(github: DemoGitHub) -> None:
    github.faults.html()
    assert graphql(github, ME).text.startswith("<!doctype html>")
    github.faults.empty_body()
    answer = requests.post(
        f"{github.url}/graphql", json={"query": ME}, headers={"Authorization": "token demo"}, timeout=5
    )
    assert (answer.status_code, answer.text) == (200, "")
    github.faults.cut_json()
    answer = requests.post(
        f"{github.url}/graphql", json={"query": ME}, headers={"Authorization": "token demo"}, timeout=5
    )
    with pytest.raises(ValueError):
        json.loads(answer.text)
    github.faults.reset_connection()
    with pytest.raises(requests.ConnectionError):
        graphql(github, ME)
    assert graphql(github, ME).data


def test_nodes_that_are_null_or_cut_off(github: DemoGitHub, world: World) -> None:
    ids = [world.repository(name).id for name in ("acme/web", "acme/vault")]
    github.faults.null_nodes()
    said = graphql(github, PROBE, ids=ids, k=1)
    assert (said.data["nodes"], [error["type"] for error in said.errors]) == ([None, None], ["NOT_FOUND"] * 2)
    github.faults.resource_limits(keep=1)
    said = graphql(github, PROBE, ids=ids, k=1)
    assert [node and node["id"] for node in said.data["nodes"]] == [ids[0], None]
    assert [error["type"] for error in said.errors] == ["RESOURCE_LIMITS_EXCEEDED"]


def test_a_held_answer_waits_for_the_test_and_others_do_not(github: DemoGitHub) -> None:
    with ThreadPoolExecutor() as pool, github.faults.hold(only="PrProbe") as hold:
        slow = pool.submit(graphql, github, PROBE, ids=["a"], k=1)
        assert hold.reached.wait(5)
        assert graphql(github, ME).data
        assert not slow.done()
        github.tokens.revoke("demo")
        hold.release()
        assert slow.result(5).status == 401


def test_a_token_refused_half_way(github: DemoGitHub) -> None:
    fault = github.faults.unauthorized(after=2)
    assert [graphql(github, ME).status for _ in range(4)] == [200, 200, 401, 401]
    assert (fault.seen, fault.hits) == (4, 2)


def test_a_spent_hour_as_a_403(github: DemoGitHub) -> None:
    github.exhaust(status=403)
    said = graphql(github, ME)
    assert (said.status, said.headers["x-ratelimit-remaining"]) == (403, "0")


def test_the_clock_of_github_can_be_elsewhere(github: DemoGitHub) -> None:
    github.faults.clock_offset = timedelta(hours=-2)
    said = graphql(github, ME)
    date = parsedate_to_datetime(said.headers["date"])
    assert timedelta(hours=1, minutes=59) < datetime.now(UTC) - date < timedelta(hours=2, minutes=1)
    assert int(said.headers["x-ratelimit-reset"]) == pytest.approx(date.timestamp() + 3600, abs=2)


def test_faults_of_one_path_or_operation(github: DemoGitHub) -> None:
    github.faults.html(only="/rate_limit", times=None)
    fault = github.faults.bad_gateway(only="Me")
    assert graphql(github, ME).status == 502
    assert graphql(github, PROBE, ids=["a"], k=1).status == 200
    assert rest(github, "/rate_limit").headers["content-type"].startswith("text/html")
    assert rest(github, "/user").json()["login"] == "plover"
    github.faults.clear()
    assert graphql(github, ME).status == 200
    assert (len(github.asked("Me")), fault.hits) == (2, 1)
