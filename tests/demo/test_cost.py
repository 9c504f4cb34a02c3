"""Points and nodes are counted by GitHub's documented formula."""

import pytest
from graphql import parse, validate

from monitor.demo.server.graphql.cost import Pricing, Quote
from monitor.demo.server.graphql.errors import Refused
from monitor.demo.server.graphql.schema import demo_schema

FIVE = """reviewRequests(first:20){nodes{id}} latestOpinionatedReviews(first:20){nodes{id}}
  assignees(first:10){nodes{id}} labels(first:20){nodes{id}} """
TAIL = "rateLimit{cost}"


def quote(query: str, **variables: object) -> Quote:
    document = parse(query)
    assert validate(demo_schema(), document) == []
    return Pricing(demo_schema(), document).quote(variables)


def aliases(count: int) -> str:
    parts = (f'r{at}:repository(owner:"a",name:"b"){{pullRequests(first:1){{nodes{{id}}}}}}' for at in range(count))
    return f"query Q{{{' '.join(parts)}}}"


def listed(inside: str) -> str:
    return f'{{repository(owner:"a",name:"b"){{pullRequests(first:100){{nodes{{{inside}}}}}}}}}'


def by_ids(inside: str) -> str:
    return f"query Q($ids:[ID!]!){{nodes(ids:$ids){{... on PullRequest{{{inside}}}}}{TAIL}}}"


@pytest.mark.parametrize(
    ("query", "ids", "requests", "nodes", "points"),
    [
        (aliases(50), 0, 50, 50, 1),
        (aliases(100), 0, 100, 100, 1),
        (aliases(149), 0, 149, 149, 1),
        (aliases(150), 0, 150, 150, 2),
        (listed(FIVE + "commits(last:1){nodes{id}}"), 0, 501, 7200, 5),
        (listed(FIVE + "commits(last:1){nodes{id}} latestReviews(first:20){nodes{id}} files(first:100){nodes{path}}"),
         0, 701, 19200, 7),
        (by_ids("id statusCheckRollup{state}"), 100, 0, 100, 1),
        (by_ids(FIVE + "timelineItems(last:20){nodes{__typename}}"), 100, 500, 9100, 5),
        (by_ids(FIVE + "timelineItems(last:20){nodes{__typename}}"), 40, 200, 40 + 40 * 90, 2),
        (by_ids(FIVE + "timelineItems(last:20){nodes{__typename}}"), 25, 125, 25 + 25 * 90, 1),
        ('{repository(owner:"a",name:"b"){pullRequests{totalCount}}}', 0, 1, 0, 1),
        ("{viewer{login}}", 0, 0, 0, 1),
    ],
)  # fmt: skip
def test_documented_examples(query: str, ids: int, requests: int, nodes: int, points: int) -> None:
    priced = quote(query, **({"ids": ["x"] * ids} if ids else {}))
    assert (priced.requests, priced.nodes, priced.points) == (requests, nodes, points)


def test_a_connection_asked_twice_under_one_name_counts_once() -> None:
    fragment = "fragment F on Repository{pullRequests(first:10){nodes{title}}}"
    twice = f'{{repository(owner:"a",name:"b"){{pullRequests(first:10){{nodes{{id}}}} ...F}}}} {fragment}'
    assert quote(twice).requests == 1
    once = '{repository(owner:"a",name:"b"){pullRequests(first:10){nodes{id}} pullRequests(first:10){nodes{title}}}}'
    assert quote(once).requests == 1


def test_defaults_of_variables_count() -> None:
    query = (
        'query Q($n:Int=50){repository(owner:"a",name:"b"){pullRequests(first:$n){nodes{labels(first:1){nodes{id}}}}}}'
    )
    assert quote(query).requests == 51
    assert quote(query, n=20).requests == 21


@pytest.mark.parametrize(
    ("query", "ids", "kind"),
    [
        (listed("labels{nodes{id}}"), 0, "MISSING_PAGINATION_BOUNDARIES"),
        (listed("labels(first:101){nodes{id}}"), 0, "EXCESSIVE_PAGINATION"),
        (listed("labels(first:0){nodes{id}}"), 0, "INVALID_PAGINATION"),
        (by_ids("id"), 101, "ARGUMENT_LIMIT"),
        (listed("timelineItems(last:100){nodes{... on PullRequestReview{id}}} files(first:100){nodes{path}}"), 0, None),
        (by_ids("files(first:100){nodes{path}}" + "".join(
            f"a{at}:timelineItems(last:100){{nodes{{__typename}}}} " for at in range(50))), 100, "MAX_NODE_LIMIT_EXCEEDED"),
    ],
)  # fmt: skip
def test_limits(query: str, ids: int, kind: str | None) -> None:
    variables = {"ids": ["x"] * ids} if ids else {}
    if kind is None:
        assert quote(query, **variables).nodes < 500_000
        return
    with pytest.raises(Refused) as refused:
        quote(query, **variables)
    assert refused.value.kind == kind
