"""One segment of a pattern: `*` any run of characters, `?` one, a backslash takes the next one as it is."""

from functools import cached_property
from itertools import groupby, takewhile

_ONE, _MANY = 0, 1
_Token = str | int  # a character, or _ONE, or _MANY


class Glob:
    """A segment with wildcards, and what can be told of it without trying: how it begins, ends, and what lies between."""

    def __init__(self, segment: str) -> None:
        self.segment = segment
        if "?" in segment or "\\" in segment:
            self.prefix, self.suffix, self.runs, self.only_stars = _parts(self._tokens)
        else:
            self.prefix, *self.runs, self.suffix = segment.split("*")
            self.only_stars = True

    @property
    def infix(self) -> str:
        """The longest run of characters between prefix and suffix; empty where there are only wildcards."""
        return max(self.runs, key=len, default="")

    @property
    def is_plain(self) -> bool:
        """Whether it matches as soon as prefix, suffix and infix are there, one after the other."""
        return self.only_stars and len(self.runs) <= 1

    @cached_property
    def shortest(self) -> int:
        """The length of the shortest name it can match."""
        return sum(token != _MANY for token in self._tokens)

    def matches(self, name: str) -> bool:
        """Whether it is `name`: one pass over the name with a set of bits, whatever the wildcards; nothing is tried twice."""
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
        """For each character the places it moves on from; the places of `*`; the end. A place is a bit."""
        tokens = self._tokens
        any_one = sum(1 << at for at, token in enumerate(tokens) if token == _ONE)
        anywhere = sum(1 << at for at, token in enumerate(tokens) if token == _MANY)
        places = {"": any_one}
        for at, token in enumerate(tokens):
            if isinstance(token, str):
                places[token] = places.get(token, any_one) | 1 << at
        return places, anywhere, 1 << len(tokens)


def tokens_of(segment: str) -> list[_Token]:
    """Characters and wildcards of a segment as written."""
    tokens: list[_Token] = []
    characters = iter(segment)
    for character in characters:
        if character == "\\":
            tokens.append(next(characters, "\\"))
        else:
            tokens.append({"?": _ONE, "*": _MANY}.get(character, character))
    return tokens


def literal(segment: str) -> str | None:
    """The name a segment asks for, its backslashes resolved; None where it has a wildcard."""
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
    """A `*` may also stand for nothing."""
    return reached | (reached & anywhere) << 1
