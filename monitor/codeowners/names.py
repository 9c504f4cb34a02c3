"""The children of a place in the tree of patterns: which of many globs a name matches, without trying them all."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from monitor.codeowners.glob import Glob
from monitor.codeowners.work import Work

T = TypeVar("T")


class Globs(Generic[T]):
    """Globs with what each leads to, found by their prefix, then by their suffix, then by a run of characters between."""

    def __init__(self) -> None:
        self._all: dict[str, T] = {}
        # length of the prefix -> prefix -> length of the suffix -> suffix -> globs
        self._index: dict[int, dict[str, dict[int, dict[str, _Few[T]]]]] = {}

    def get(self, segment: str) -> T | None:
        """What this segment leads to."""
        return self._all.get(segment)

    def add(self, segment: str, leads_to: T) -> None:
        """Adds a segment that is not there yet."""
        self._all[segment] = leads_to
        glob = Glob(segment)
        by_suffix = self._index.setdefault(len(glob.prefix), {}).setdefault(glob.prefix, {})
        suffixes = by_suffix.setdefault(len(glob.suffix), {})
        if glob.suffix not in suffixes:
            suffixes[glob.suffix] = _Few()
        suffixes[glob.suffix].add(glob, leads_to)

    def matching(self, name: str, work: Work) -> Iterator[T]:
        """What the globs that match `name` lead to. Errors: TooComplex."""
        work.spend(len(self._index))
        for start, prefixes in self._index.items():
            by_suffix = prefixes.get(name[:start]) if start <= len(name) else None
            if by_suffix is None:
                continue
            work.spend(len(by_suffix))
            for end, suffixes in by_suffix.items():
                stop = len(name) - end
                if start <= stop and (few := suffixes.get(name[stop:])):
                    yield from few.matching(name, start, stop, work)


class _Few(Generic[T]):
    """The globs of one prefix and suffix: one with nothing between but `*`, others by the longest run between."""

    __slots__ = ("bare", "by_infix")

    def __init__(self) -> None:
        self.bare: T | None = None
        self.by_infix: dict[int, dict[str, list[tuple[Glob, T]]]] = {}

    def add(self, glob: Glob, leads_to: T) -> None:
        if glob.is_plain and not glob.infix:
            self.bare = leads_to
        else:
            infix = glob.infix
            self.by_infix.setdefault(len(infix), {}).setdefault(infix, []).append((glob, leads_to))

    def matching(self, name: str, start: int, stop: int, work: Work) -> Iterator[T]:
        if self.bare is not None:
            yield self.bare
        for length, bucket in self.by_infix.items():
            work.spend(1 + len(name) // 4)
            runs = {name[at : at + length] for at in range(start, stop - length + 1)} if length else {""}
            for run in runs & bucket.keys():
                for glob, leads_to in bucket[run]:
                    if glob.is_plain or self._fits(glob, name, work):
                        yield leads_to

    def _fits(self, glob: Glob, name: str, work: Work) -> bool:
        work.spend(4 + len(name))
        return glob.matches(name)
