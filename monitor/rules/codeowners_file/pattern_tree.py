"""Finds the last pattern of a file that matches a path, in a tree (a trie) of the segments of all patterns.

A path is followed segment by segment through all nodes that it can have reached, so nothing is tried twice.
"""

from __future__ import annotations

from monitor.rules.codeowners_file.glob_index import GlobIndex
from monitor.rules.codeowners_file.pattern_shape import ANY_DEPTH, PatternShape
from monitor.rules.codeowners_file.segment_glob import literal
from monitor.rules.codeowners_file.work_limit import TooComplex, WorkLimit

NO_RULE = -1
_MAX_NODES = 400_000


class _Node:
    """A node of the tree: its child for each kind of next segment, and for each ending the last rule that ends here."""

    __slots__ = ("any_depth", "below", "deep", "deeper", "exact", "globs", "literal", "star")

    def __init__(self, *, any_depth: bool = False) -> None:
        self.any_depth = any_depth  # the node of a `**`: any segment leads back to it
        self.literal: dict[str, _Node] | None = None
        self.star: _Node | None = None
        self.globs: GlobIndex[_Node] | None = None
        self.deeper: _Node | None = None
        self.deep = self.below = self.exact = NO_RULE


class _Directory:
    """A directory of a path: the nodes reached there, and the last rule that holds for everything below it."""

    __slots__ = ("best", "nodes", "under")

    def __init__(self, nodes: list[_Node], best: int) -> None:
        self.nodes, self.best = nodes, best
        self.under: dict[str, _Directory] = {}


class PatternTree:
    """The patterns of a file. Each has a number, which rises in the order of the file."""

    def __init__(self) -> None:
        self._root = _Node()
        self._nodes = 1

    def add(self, shape: PatternShape, number: int) -> None:
        """Adds a pattern, and replaces an earlier one that is the same. Errors: TooComplex."""
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
            node.globs = GlobIndex()
        if (child := node.globs.get(segment)) is None:
            node.globs.add(segment, child := self._new())
        return child

    def _new(self, *, any_depth: bool = False) -> _Node:
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            raise TooComplex
        return _Node(any_depth=any_depth)

    def walk(self) -> TreeWalk:
        """A search over many paths, which remembers the directories that it has already visited."""
        return TreeWalk(_Directory(_with_deeper([self._root]), self._root.below))


class TreeWalk:
    """Finds the last matching rule for one path after another."""

    def __init__(self, root: _Directory) -> None:
        self._root = root

    def last(self, path: str, work: WorkLimit) -> int:
        """The number of the last pattern that matches, or NO_RULE. Errors: TooComplex."""
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

    def _enter(self, here: _Directory, directory: str, work: WorkLimit) -> _Directory:
        work.spend(9)  # building the `_Directory` takes about as long as nine steps
        nodes = _next(here.nodes, directory, work)
        best = max((max(node.deep, node.below) for node in nodes), default=NO_RULE)
        return _Directory(_with_deeper(nodes), max(here.best, best))


def _next(nodes: list[_Node], name: str, work: WorkLimit) -> list[_Node]:
    """The nodes to which a segment of the path leads from `nodes`."""
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
    """Adds the `**` nodes below `nodes`: `**` may stand for no segment at all."""
    deeper = [node.deeper for node in nodes if node.deeper is not None]
    return list(dict.fromkeys([*nodes, *deeper])) if deeper else nodes
