"""Parses a whole CODEOWNERS file, and finds the rule that holds for a path: the last one whose pattern matches."""

from collections.abc import Sequence

from monitor.rules.codeowners_file.line_parser import CodeownersRule, parse_line
from monitor.rules.codeowners_file.pattern_shape import shape_of
from monitor.rules.codeowners_file.pattern_tree import NO_RULE, PatternTree, TreeWalk
from monitor.rules.codeowners_file.work_limit import TooComplex, WorkLimit

__all__ = ["CodeownersRule", "CodeownersRules", "TooComplex", "parse"]

MAX_BYTES = 3_000_000
_MAX_RULES = 250_000
TOO_LARGE = "It is larger than 3 MB: GitHub does not load it, and nobody owns anything."


class CodeownersRules:
    """The rules of a file. If they cannot be used, there are none, and `problem` says why in a sentence for people."""

    def __init__(self, rules: Sequence[CodeownersRule], tree: PatternTree, problem: str = "") -> None:
        self._rules, self._tree, self.problem = rules, tree, problem

    @property
    def names_anybody(self) -> bool:
        """Whether any rule has an owner; if none has, the changed paths of a pull request need not be read."""
        return any(rule.owners for rule in self._rules)

    def rules_of(self, paths: Sequence[str]) -> list[CodeownersRule | TooComplex | None]:
        """For each path (from the root, with `/`) the last rule that matches, even if it has no owners; None: no rule.

        A TooComplex error in the place of a rule means that finding it would take too long; the other paths still get
        theirs. A thousand paths take at most 100 ms, whatever the file contains.
        """
        work, walk = WorkLimit(len(paths)), self._tree.walk()
        return [self._rule_of(path, walk, work) for path in paths]

    def _rule_of(self, path: str, walk: TreeWalk, work: WorkLimit) -> CodeownersRule | TooComplex | None:
        try:
            work.start_path()
            number = walk.last(path, work)
        except TooComplex as error:
            return error
        return None if number == NO_RULE else self._rules[number]


def parse(text: str) -> CodeownersRules:
    """The rules in a text. Any text is accepted: a line that GitHub would not understand is skipped, as on GitHub."""
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        return CodeownersRules((), PatternTree(), TOO_LARGE)
    rules: list[CodeownersRule] = []
    tree = PatternTree()
    try:
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
            rule = parse_line(line, number)
            if rule is not None and (shape := shape_of(rule.pattern)) is not None:
                if len(rules) >= _MAX_RULES:
                    raise TooComplex
                tree.add(shape, len(rules))
                rules.append(rule)
    except TooComplex as error:
        return CodeownersRules((), PatternTree(), str(error))
    return CodeownersRules(rules, tree)
