"""Sorts the parts of a GraphQL result into found, missing and refused. Pure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from monitor.github.answers import GitHubAnswer, QueryCost
from monitor.github.errors import Unavailable
from monitor.github.graphql_errors import Problem, first_of_kind
from monitor.github.parse.fields import Node, UnreadableAnswer
from monitor.github.response_reader import GraphQLResult

T = TypeVar("T")
Place = tuple[str | int, ...]
logger = logging.getLogger(__name__)

# `parse` accepts a node without these parts. A problem in any other part makes the whole node unreliable.
_OPTIONAL = frozenset(
    {"statusCheckRollup", "commits", "headRef", "defaultBranchRef", "requestedReviewer", "assignee"}
    | {"actor", "author", "review", "commit"}
)
# Entries of these lists that may not be read are left out. Not of lists of pull requests: those decide what is open.
_LISTS_WITH_GAPS = frozenset({"timelineItems", "reviewRequests", "latestOpinionatedReviews", "labels", "assignees"})


class AnswerBuilder(Generic[T]):
    """Builds one answer from one or several GraphQL results."""

    def __init__(self) -> None:
        self.found: dict[str, T] = {}
        self.missing: set[str] = set()
        self.refused: dict[str, str] = {}
        self.protected: set[str] = set()

    def add_result(
        self, result: GraphQLResult, places: Mapping[Place, str], read: Callable[[Node, frozenset[str]], T]
    ) -> None:
        """Adds the object at each place of a result. `read` gets the node and the names of its refused fields."""
        for place, asked in places.items():
            troubles = [problem for problem in result.problems if _is_about(problem, place)]
            if first_of_kind(troubles, "saml"):
                self.protected.add(asked)
            node = _object_at(result.data, place)
            if node is None:
                gone = not troubles or first_of_kind(troubles, "missing")
                self.leave_out(asked, None if gone else troubles[0].words)
            else:
                self._add_node(asked, node, place, troubles, read)

    def build(self, cost: QueryCost) -> GitHubAnswer[T]:
        """The answer with everything that was added."""
        return GitHubAnswer(self.found, frozenset(self.missing), self.refused, cost, frozenset(self.protected))

    def leave_out(self, asked: str, why: str | None) -> None:
        """Marks an object as refused, for the reason `why`; without a reason as missing."""
        self.found.pop(asked, None)
        if why is None:
            self.missing.add(asked)
        else:
            self.refused[asked] = why

    def _add_node(
        self, asked: str, node: Node, place: Place, troubles: list[Problem], read: Callable[[Node, frozenset[str]], T]
    ) -> None:
        refused: set[str] = set()
        for problem in troubles:
            path = problem.path[len(place) :]
            if _is_entry_of_list(problem, path):
                node = _without_entry(node, path)
            elif _OPTIONAL.intersection(path):
                refused |= {part for part in path if isinstance(part, str)}
            else:
                self.leave_out(asked, problem.words)
                return
        self.add(asked, lambda: read(node, frozenset(refused)))

    def add(self, asked: str, read: Callable[[], T]) -> None:
        """Adds the value that `read` returns; an object that `read` cannot understand is refused."""
        try:
            self.found[asked] = read()
        except UnreadableAnswer as error:
            logger.warning("GitHub's answer about %s makes no sense: %s", asked, error)
            self.leave_out(asked, f"GitHub's answer about it makes no sense: {error}.")


def places_by_index(result: GraphQLResult, ids: Iterable[str]) -> dict[Place, str]:
    """The places of the answers to `nodes(ids:)`. Raises `Unavailable` if there are more or fewer answers than ids."""
    places: dict[Place, str] = {("nodes", at): asked for at, asked in enumerate(ids)}
    nodes = result.data.get("nodes")
    if not result.problems and not (isinstance(nodes, list) and len(nodes) == len(places)):
        raise Unavailable("GitHub's answer does not fit the question.", cost=result.cost)
    return places


def places_by_alias(letter: str, asked: Iterable[str]) -> dict[Place, str]:
    """The places of the answers to fields named `r0`, `r1`, …"""
    return {(f"{letter}{at}",): one for at, one in enumerate(asked)}


def _is_about(problem: Problem, place: Place) -> bool:
    """Whether a problem is about this place, a part of it, or an object that contains it."""
    shared = min(len(problem.path), len(place))
    return problem.path[:shared] == place[:shared]


def _is_entry_of_list(problem: Problem, path: Place) -> bool:
    """Whether GitHub forbids one entry of a list, or a part of it without which the entry says nothing."""
    inside = len(path) >= 3 and path[0] in _LISTS_WITH_GAPS and path[1] == "nodes" and isinstance(path[2], int)
    return inside and problem.forbidden and not _OPTIONAL.intersection(path[3:])


def _without_entry(node: Node, path: Place) -> Node:
    """The node with null in place of the entry: `parse` leaves null entries out."""
    name, _, at = path[:3]
    connection = node.get(str(name))
    entries = connection.get("nodes") if isinstance(connection, Mapping) else None
    if not isinstance(connection, Mapping) or not isinstance(entries, list):
        return node
    return {**node, str(name): {**connection, "nodes": [None if i == at else entry for i, entry in enumerate(entries)]}}


def _object_at(data: Any, place: Place) -> Node | None:
    for step in place:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
        else:
            data = data.get(step) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else None
