"""Partial answers: a problem marks only the object at its own path as missing or refused."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.github import parse
from monitor.github.answer_builder import AnswerBuilder, places_by_alias, places_by_index
from monitor.github.answers import QueryCost
from monitor.github.errors import Unavailable
from monitor.github.graphql_errors import problems_in
from monitor.github.response_reader import GraphQLResult


def reply(nodes: Any, *problems: dict[str, Any]) -> GraphQLResult:
    return GraphQLResult({"nodes": nodes}, problems_in(list(problems)), QueryCost(), {})


def trouble(kind: str, *path: str | int, message: str = "words") -> dict[str, Any]:
    return {"type": kind, "message": message, "path": list(path)}


def sort(answer: GraphQLResult, ids: list[str]) -> AnswerBuilder[str]:
    builder: AnswerBuilder[str] = AnswerBuilder()
    builder.add_result(
        answer, places_by_index(answer, ids), lambda node, refused: ",".join([node["id"], *sorted(refused)])
    )
    return builder


@pytest.mark.parametrize(
    ("problem", "found", "missing", "refused"),
    [
        (trouble("NOT_FOUND", "nodes", 1), {"a": "a"}, {"b"}, {}),
        (trouble("FORBIDDEN", "nodes", 1), {"a": "a"}, set(), {"b": "words"}),
        (trouble("FORBIDDEN", "nodes", 0, "statusCheckRollup"), {"a": "a,statusCheckRollup"}, {"b"}, {}),
        (trouble("", "nodes", 0, "statusCheckRollup", "state"), {"a": "a,state,statusCheckRollup"}, {"b"}, {}),
        (trouble("FORBIDDEN", "nodes", 0, "labels"), {}, {"b"}, {"a": "words"}),
        (trouble("FORBIDDEN", "nodes", 0, "reviewRequests", "nodes", 3), {"a": "a"}, {"b"}, {}),
        (trouble("FORBIDDEN", "nodes", 0, "labels", "nodes", 3, "name"), {"a": "a"}, {"b"}, {}),
        (trouble("", "nodes", 0, "timelineItems", "nodes", 3), {}, {"b"}, {"a": "words"}),
        (trouble("FORBIDDEN", "nodes", 0, "pullRequests", "nodes", 3), {}, {"b"}, {"a": "words"}),
        (trouble("FORBIDDEN", "nodes", 0, "reviewRequests", "nodes", 3, "requestedReviewer"),
         {"a": "a,nodes,requestedReviewer,reviewRequests"}, {"b"}, {}),
        (trouble("FORBIDDEN", "nodes"), {}, set(), {"a": "words", "b": "words"}),
        (trouble("FORBIDDEN", "viewer"), {"a": "a"}, {"b"}, {}),
    ],
)  # fmt: skip
def test_trouble_at_a_place(problem: dict[str, Any], found: Any, missing: Any, refused: Any) -> None:
    builder = sort(reply([{"id": "a"}, None], problem), ["a", "b"])
    assert (builder.found, builder.missing, builder.refused) == (found, missing, refused)


def test_single_sign_on_is_said_in_words() -> None:
    saml = {**trouble("FORBIDDEN", "nodes", 0), "extensions": {"saml_failure": True}}
    assert "single sign-on" in sort(reply([None], saml), ["a"]).refused["a"]


def test_an_entry_that_single_sign_on_hides_is_left_out_and_noted() -> None:
    saml = {**trouble("FORBIDDEN", "nodes", 1, "timelineItems", "nodes", 1), "extensions": {"saml_failure": True}}
    nodes = [{"id": "a", "timelineItems": {"nodes": [7]}}, {"id": "b", "timelineItems": {"nodes": [1, 2, 3]}}]
    answer = reply(nodes, saml)
    builder: AnswerBuilder[Any] = AnswerBuilder()
    builder.add_result(
        answer, places_by_index(answer, ["a", "b"]), lambda node, refused: node["timelineItems"]["nodes"]
    )
    assert builder.found == {"a": [7], "b": [1, None, 3]}
    assert builder.build(QueryCost()).protected == {"b"}


@pytest.mark.parametrize("nodes", [None, [], [{"id": "a"}], [None, None, None], "nodes"])
def test_an_answer_of_another_length_fits_nothing(nodes: Any) -> None:
    with pytest.raises(Unavailable):
        sort(reply(nodes), ["a", "b"])


def test_nonsense_refuses_only_itself() -> None:
    builder: AnswerBuilder[Any] = AnswerBuilder()
    answer = GraphQLResult({"r0": {"id": 7}, "r1": None, "r2": "text"}, (), QueryCost(), {})
    builder.add_result(
        answer, places_by_alias("r", ["a", "b", "c"]), lambda node, refused: parse.repository_metadata(node)
    )
    assert (builder.found, builder.missing) == ({}, {"b", "c"})
    assert "makes no sense" in builder.refused["a"]
