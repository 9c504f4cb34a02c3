"""A whole CODEOWNERS file: its rules, and which of them is the last to match a path."""

from collections.abc import Sequence

from monitor.codeowners.line import Rule, read
from monitor.codeowners.pattern import shape_of
from monitor.codeowners.tree import NONE, Tree
from monitor.codeowners.work import TooComplex, Work

__all__ = ["Codeowners", "Rule", "TooComplex", "parse"]

MOST_BYTES = 3_000_000
_MOST_RULES = 250_000
TOO_LARGE = "It is larger than 3 MB: GitHub does not load it, and nobody owns anything."


class Codeowners:
    """The rules of a file; `problem` says in a sentence why none of them is followed, and is empty where they are."""

    def __init__(self, rules: Sequence[Rule], tree: Tree, problem: str = "") -> None:
        self._rules, self._tree, self.problem = rules, tree, problem

    @property
    def names_anybody(self) -> bool:
        """Whether any rule has an owner: else there is no need to know what a pull request changes."""
        return any(rule.owners for rule in self._rules)

    def rules_of(self, paths: Sequence[str]) -> list[Rule | None]:
        """For each path (from the root, with `/`) the last rule that matches, also one without owners.

        Errors: TooComplex, after at most some 30 ms for a thousand paths.
        """
        work, walk = Work(len(paths)), self._tree.walk()
        numbers = (walk.last(path, work) for path in paths)
        return [None if number == NONE else self._rules[number] for number in numbers]


def parse(text: str) -> Codeowners:
    """The file behind a text, whatever the text is: lines GitHub does not understand are skipped, one by one."""
    if len(text) > MOST_BYTES or len(text.encode(errors="replace")) > MOST_BYTES:
        return Codeowners((), Tree(), TOO_LARGE)
    rules: list[Rule] = []
    tree = Tree()
    try:
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
            rule = read(line, number)
            if rule is not None and (shape := shape_of(rule.pattern)) is not None:
                if len(rules) >= _MOST_RULES:
                    raise TooComplex
                tree.add(shape, len(rules))
                rules.append(rule)
    except TooComplex as error:
        return Codeowners((), Tree(), str(error))
    return Codeowners(rules, tree)
