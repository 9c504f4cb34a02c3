"""Who owns what a pull request changes: for each owner and rule, some of the paths and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.codeowners.file import Codeowners, Rule
from monitor.codeowners.work import TooComplex

PATHS_SHOWN = 20
_MOST_ENTRIES = 100
TRUNCATED = "Only the first {count:,} of its changed files could be read: owners of the others are not known."
MORE = "It has more code owners than are listed: {count} in all."


@dataclass(frozen=True, slots=True)
class Owned:
    """The owners as documents show them, and in sentences what is not known of them."""

    owners: tuple[dict[str, Any], ...] = ()
    note: str = ""


def owned(file: Codeowners, paths: Sequence[str], *, truncated: bool = False) -> Owned:
    """The owners of `paths` in the order of the file's rules; `truncated`: these are not all the changed paths."""
    try:
        matched = file.rules_of(paths)
    except TooComplex as error:
        return Owned(note=str(error))
    by_rule: dict[int, tuple[Rule, list[str]]] = {}
    for path, rule in zip(paths, matched, strict=True):
        if rule is not None and rule.owners:
            by_rule.setdefault(rule.line, (rule, []))[1].append(path)
    found = [by_rule[line] for line in sorted(by_rule)]
    count = sum(len(dict.fromkeys(rule.owners)) for rule, _ in found)
    cut = TRUNCATED.format(count=len(paths)) if truncated else ""
    more = MORE.format(count=count) if count > _MOST_ENTRIES else ""
    return Owned(tuple(_entries(found)), " ".join(note for note in (file.problem, cut, more) if note))


def _entries(found: Sequence[tuple[Rule, list[str]]]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for rule, paths in found:
        for owner in list(dict.fromkeys(rule.owners))[: _MOST_ENTRIES - len(entries)]:
            entries.append(
                {
                    "owner": owner,
                    "rule": rule.pattern,
                    "line": rule.line,
                    "paths": paths[:PATHS_SHOWN],
                    "paths_total": len(paths),
                }
            )
    return entries
