"""All patterns of a file as one tree of segments, walked along a path with every place that is still possible."""

from __future__ import annotations

from monitor.codeowners.glob import literal
from monitor.codeowners.names import Globs
from monitor.codeowners.pattern import ANY_DEPTH, Shape
from monitor.codeowners.work import TooComplex, Work

NONE = -1
_MOST_NODES = 400_000


class _Node:
    """A place in the tree: where each next segment leads, and the last rule that ends here in each way."""

    __slots__ = ("any_depth", "below", "deep", "deeper", "exact", "globs", "literal", "star")

    def __init__(self, *, any_depth: bool = False) -> None:
        self.any_depth = any_depth  # segments may pass without leaving
        self.literal: dict[str, _Node] | None = None
        self.star: _Node | None = None
        self.globs: Globs[_Node] | None = None
        self.deeper: _Node | None = None
        self.deep = self.below = self.exact = NONE


class _Reached:
    """A directory: the nodes it leads to, and the last rule that holds for whatever lies below it."""

    __slots__ = ("best", "nodes", "under")

    def __init__(self, nodes: list[_Node], best: int) -> None:
        self.nodes, self.best = nodes, best
        self.under: dict[str, _Reached] = {}


class Tree:
    """Patterns in the order of the file, each known by a number that rises."""

    def __init__(self) -> None:
        self._root = _Node()
        self._nodes = 1

    def add(self, shape: Shape, number: int) -> None:
        """Adds a pattern; a later one that asks the same replaces it. Errors: TooComplex."""
        node = self._root
        for segment in shape.segments:
            node = self._child(node, segment)
        setattr(node, shape.ending, number)

    def _child(self, node: _Node, segment: str) -> _Node:
        if segment == ANY_DEPTH:
            node.deeper = node.deeper or self._new(any_depth=True)
            return node.deeper
        if segment == "*":
            node.star = node.star or self._new()
            return node.star
        name = literal(segment)
        if name is None:
            return self._wild(node, segment)
        if node.literal is None:
            node.literal = {}
        if (child := node.literal.get(name)) is None:
            child = node.literal[name] = self._new()
        return child

    def _wild(self, node: _Node, segment: str) -> _Node:
        if node.globs is None:
            node.globs = Globs()
        if (child := node.globs.get(segment)) is None:
            node.globs.add(segment, child := self._new())
        return child

    def _new(self, *, any_depth: bool = False) -> _Node:
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise TooComplex
        return _Node(any_depth=any_depth)

    def walk(self) -> Walk:
        """A walk over many paths, which remembers the directories it has been in."""
        return Walk(_Reached(_with_deeper([self._root]), self._root.below))


class Walk:
    """Finds the last rule for path after path."""

    def __init__(self, root: _Reached) -> None:
        self._root = root

    def last(self, path: str, work: Work) -> int:
        """The number of the last pattern that matches, NONE without one. Errors: TooComplex."""
        *directories, name = path.split("/")
        here = self._root
        work.spend(len(directories) // 8)
        for directory in directories:
            if not here.nodes:
                return here.best
            known = here.under.get(directory)
            if known is None:
                known = here.under[directory] = self._enter(here, directory, work)
            here = known
        best = here.best
        for node in _next(here.nodes, name, work):
            best = max(best, node.deep, node.exact)
        return best

    def _enter(self, here: _Reached, directory: str, work: Work) -> _Reached:
        work.spend(3)
        nodes = _next(here.nodes, directory, work)
        best = max((max(node.deep, node.below) for node in nodes), default=NONE)
        return _Reached(_with_deeper(nodes), max(here.best, best))


def _next(nodes: list[_Node], name: str, work: Work) -> list[_Node]:
    """Where a segment leads from `nodes`."""
    work.spend(len(nodes))
    found: list[_Node] = []
    for node in nodes:
        if node.any_depth:
            found.append(node)
        if node.literal is not None and (child := node.literal.get(name)) is not None:
            found.append(child)
        if node.star is not None:
            found.append(node.star)
        if node.globs is not None:
            found += node.globs.matching(name, work)
    work.spend(len(found))
    return found


def _with_deeper(nodes: list[_Node]) -> list[_Node]:
    """`**` may also stand for nothing: what comes after it is possible at once."""
    deeper = [node.deeper for node in nodes if node.deeper is not None]
    return list(dict.fromkeys([*nodes, *deeper])) if deeper else nodes
