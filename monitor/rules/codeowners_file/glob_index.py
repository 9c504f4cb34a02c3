"""Finds which of many globs match a name, without trying all of them: the children of a node of the pattern tree."""

from collections.abc import Collection, Iterable, Iterator
from typing import Generic, TypeVar

from monitor.rules.codeowners_file.segment_glob import Glob
from monitor.rules.codeowners_file.work_limit import WorkLimit

T = TypeVar("T")


class GlobIndex(Generic[T]):
    """Globs, each with a value, indexed by prefix, then by suffix, then by the longest text between the two."""

    def __init__(self) -> None:
        self._all: dict[str, T] = {}
        # length of the prefix -> prefix -> length of the suffix -> suffix -> globs
        self._index: dict[int, dict[str, dict[int, dict[str, _GlobsByInfix[T]]]]] = {}

    def get(self, segment: str) -> T | None:
        """The value of this segment; None if it was not added."""
        return self._all.get(segment)

    def add(self, segment: str, leads_to: T) -> None:
        """Adds a segment, which must not have been added before."""
        self._all[segment] = leads_to
        glob = Glob(segment)
        by_suffix = self._index.setdefault(len(glob.prefix), {}).setdefault(glob.prefix, {})
        suffixes = by_suffix.setdefault(len(glob.suffix), {})
        if glob.suffix not in suffixes:
            suffixes[glob.suffix] = _GlobsByInfix()
        suffixes[glob.suffix].add(glob, leads_to)

    def matching(self, name: str, work: WorkLimit) -> Iterator[T]:
        """The values of the globs that match `name`. Errors: TooComplex."""
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


class _GlobsByInfix(Generic[T]):
    """The globs with one prefix and suffix, by their infix: the longest text between wildcards. `bare` has none."""

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

    def matching(self, name: str, start: int, stop: int, work: WorkLimit) -> Iterator[T]:
        if self.bare is not None:
            yield self.bare
        for length, bucket in self.by_infix.items():
            for run in _runs_within(name[start:stop], length, bucket, work):
                for glob, leads_to in bucket[run]:
                    if glob.is_plain or self._fits(glob, name, work):
                        yield leads_to

    def _fits(self, glob: Glob, name: str, work: WorkLimit) -> bool:
        work.spend(4 + len(name))
        return glob.matches(name)


def _runs_within(middle: str, length: int, runs: Collection[str], work: WorkLimit) -> Iterable[str]:
    """Those of `runs`, all `length` characters long, that `middle` contains.

    Searches for each of a few runs; for many, looks up every part of `middle` of that length instead.
    """
    if len(runs) <= len(middle):
        work.spend(1 + len(runs) // 8)
        return [run for run in runs if run in middle]
    work.spend(1 + len(middle) // 4)
    parts = {middle[at : at + length] for at in range(len(middle) - length + 1)} if length else {""}
    return [part for part in parts if part in runs]
