"""Matches one segment of a pattern: `*` is any number of characters, `?` is one, a backslash escapes the next one."""

from functools import cached_property
from itertools import groupby, takewhile

_ONE, _MANY = 0, 1
_Token = str | int  # a character, or _ONE, or _MANY


class Glob:
    """A segment with wildcards.

    `prefix` and `suffix` are the text before the first and after the last wildcard, `runs` the texts between wildcards.
    """

    def __init__(self, segment: str) -> None:
        self.segment = segment
        if "?" in segment or "\\" in segment:
            self.prefix, self.suffix, self.runs, self.only_stars = _parts(self._tokens)
        else:
            self.prefix, *self.runs, self.suffix = segment.split("*")
            self.only_stars = True

    @property
    def infix(self) -> str:
        """The longest of the texts between wildcards; empty if there is none."""
        return max(self.runs, key=len, default="")

    @property
    def is_plain(self) -> bool:
        """Whether every name matches that has prefix, infix and suffix, in this order and without overlap."""
        return self.only_stars and len(self.runs) <= 1

    @cached_property
    def shortest(self) -> int:
        """The length of the shortest name that can match."""
        return sum(token != _MANY for token in self._tokens)

    def matches(self, name: str) -> bool:
        """Whether the segment matches `name`.

        One pass over the name, with the set of reached places as the bits of a number: no backtracking.
        """
        if len(name) < self.shortest:
            return False
        places, anywhere, end = self._machine
        reached = _idle(1, anywhere)
        for character in name:
            moved = (reached & places.get(character, places[""])) << 1
            reached = _idle(moved | (reached & anywhere), anywhere)
            if not reached:
                return False
        return bool(reached & end)

    @property
    def _tokens(self) -> list[_Token]:
        return tokens_of(self.segment)

    @cached_property
    def _machine(self) -> tuple[dict[str, int], int, int]:
        """For each character the places from which it leads on; the places of `*`; the end. Each place is one bit."""
        tokens = self._tokens
        any_one = sum(1 << at for at, token in enumerate(tokens) if token == _ONE)
        anywhere = sum(1 << at for at, token in enumerate(tokens) if token == _MANY)
        places = {"": any_one}
        for at, token in enumerate(tokens):
            if isinstance(token, str):
                places[token] = places.get(token, any_one) | 1 << at
        return places, anywhere, 1 << len(tokens)


def tokens_of(segment: str) -> list[_Token]:
    """The characters and wildcards of a segment, in order, with escapes resolved."""
    tokens: list[_Token] = []
    characters = iter(segment)
    for character in characters:
        if character == "\\":
            tokens.append(next(characters, "\\"))
        else:
            tokens.append({"?": _ONE, "*": _MANY}.get(character, character))
    return tokens


def literal(segment: str) -> str | None:
    """The only name that a segment without wildcards matches, with escapes resolved; None if it has wildcards."""
    if "*" not in segment and "?" not in segment and "\\" not in segment:
        return segment
    tokens = tokens_of(segment)
    return "".join(map(str, tokens)) if all(isinstance(token, str) for token in tokens) else None


def _parts(tokens: list[_Token]) -> tuple[str, str, list[str], bool]:
    prefix, suffix = _run(tokens), _run(tokens[::-1])[::-1]
    middle = tokens[len(prefix) : len(tokens) - len(suffix)]
    runs = ["".join(map(str, run)) for plain, run in groupby(middle, lambda token: isinstance(token, str)) if plain]
    return prefix, suffix, runs, _ONE not in middle


def _run(tokens: list[_Token]) -> str:
    return "".join(str(token) for token in takewhile(lambda token: isinstance(token, str), tokens))


def _idle(reached: int, anywhere: int) -> int:
    """Adds the places after each reached `*`, which may stand for no character at all."""
    return reached | (reached & anywhere) << 1
