"""Takes a partial answer apart: what was found, what is missing, what was refused. Pure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from monitor.github.answers import Answer, Cost
from monitor.github.errors import Unavailable
from monitor.github.parse.fields import Node, Puzzling
from monitor.github.problems import Problem, first
from monitor.github.replies import Reply

T = TypeVar("T")
Place = tuple[str | int, ...]
logger = logging.getLogger(__name__)

# Parts that parse copes without; trouble in any other part makes its whole node unreliable.
_DISPENSABLE = frozenset(
    {"statusCheckRollup", "commits", "headRef", "defaultBranchRef", "requestedReviewer", "assignee"}
    | {"actor", "author", "review", "commit"}
)


class Sorted(Generic[T]):
    """An answer in the making, over one or several replies."""

    def __init__(self) -> None:
        self.found: dict[str, T] = {}
        self.missing: set[str] = set()
        self.refused: dict[str, str] = {}

    def take(self, reply: Reply, places: Mapping[Place, str], read: Callable[[Node, frozenset[str]], T]) -> None:
        """Sort what was asked at each place of the reply; `read` gets the node and the fields refused in it."""
        for place, asked in places.items():
            troubles = [problem for problem in reply.problems if _concerns(problem, place)]
            node = _at(reply.data, place)
            if node is None:
                gone = not troubles or first(troubles, "missing")
                self.drop(asked, None if gone else troubles[0].words)
            else:
                self._present(asked, node, place, troubles, read)

    def answer(self, cost: Cost) -> Answer[T]:
        """What has been sorted so far."""
        return Answer(self.found, frozenset(self.missing), self.refused, cost)

    def drop(self, asked: str, why: str | None) -> None:
        """Nothing can be told about this one: it is refused for a reason, or without one missing."""
        self.found.pop(asked, None)
        if why is None:
            self.missing.add(asked)
        else:
            self.refused[asked] = why

    def _present(
        self, asked: str, node: Node, place: Place, troubles: list[Problem], read: Callable[[Node, frozenset[str]], T]
    ) -> None:
        for problem in troubles:
            if not _DISPENSABLE.intersection(problem.path[len(place) :]):
                self.drop(asked, problem.words)
                return
        refused = frozenset(
            part for problem in troubles for part in problem.path[len(place) :] if isinstance(part, str)
        )
        self.read(asked, lambda: read(node, refused))

    def read(self, asked: str, read: Callable[[], T]) -> None:
        """Keep what `read` gives; what makes no sense is refused, with the reason."""
        try:
            self.found[asked] = read()
        except Puzzling as puzzle:
            logger.warning("GitHub's answer about %s makes no sense: %s", asked, puzzle)
            self.drop(asked, f"GitHub's answer about it makes no sense: {puzzle}.")


def by_index(reply: Reply, ids: Iterable[str]) -> dict[Place, str]:
    """Where `nodes(ids:)` put its answers; an answer of another length than the question cannot be matched to it."""
    places: dict[Place, str] = {("nodes", at): asked for at, asked in enumerate(ids)}
    nodes = reply.data.get("nodes")
    if not reply.problems and not (isinstance(nodes, list) and len(nodes) == len(places)):
        raise Unavailable("GitHub's answer does not fit the question.", cost=reply.cost)
    return places


def by_alias(letter: str, asked: Iterable[str]) -> dict[Place, str]:
    """Where fields named `r0`, `r1`, … put theirs."""
    return {(f"{letter}{at}",): one for at, one in enumerate(asked)}


def _concerns(problem: Problem, place: Place) -> bool:
    """Whether the problem is with this place, something in it, or something it is in."""
    shared = min(len(problem.path), len(place))
    return problem.path[:shared] == place[:shared]


def _at(data: Any, place: Place) -> Node | None:
    for step in place:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
        else:
            data = data.get(step) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else None
