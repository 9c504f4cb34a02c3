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


class AnswerBuilder(Generic[T]):
    """Builds one answer from one or several GraphQL results."""

    def __init__(self) -> None:
        self.found: dict[str, T] = {}
        self.missing: set[str] = set()
        self.refused: dict[str, str] = {}

    def add_result(
        self, result: GraphQLResult, places: Mapping[Place, str], read: Callable[[Node, frozenset[str]], T]
    ) -> None:
        """Adds the object at each place of a result. `read` gets the node and the names of its refused fields."""
        for place, asked in places.items():
            troubles = [problem for problem in result.problems if _is_about(problem, place)]
            node = _object_at(result.data, place)
            if node is None:
                gone = not troubles or first_of_kind(troubles, "missing")
                self.leave_out(asked, None if gone else troubles[0].words)
            else:
                self._add_node(asked, node, place, troubles, read)

    def build(self, cost: QueryCost) -> GitHubAnswer[T]:
        """The answer with everything that was added."""
        return GitHubAnswer(self.found, frozenset(self.missing), self.refused, cost)

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
        for problem in troubles:
            if not _OPTIONAL.intersection(problem.path[len(place) :]):
                self.leave_out(asked, problem.words)
                return
        refused = frozenset(
            part for problem in troubles for part in problem.path[len(place) :] if isinstance(part, str)
        )
        self.add(asked, lambda: read(node, refused))

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


def _object_at(data: Any, place: Place) -> Node | None:
    for step in place:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
        else:
            data = data.get(step) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else None
