"""Decides who owns the paths that a pull request changes: for each owner and rule, how many paths, and some of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.rules.codeowners_file.codeowners_rules import CodeownersRule, CodeownersRules
from monitor.rules.codeowners_file.work_limit import TooComplex

PATHS_SHOWN = 20
_MAX_ENTRIES = 100
TRUNCATED = "Only the first {count:,} of its changed files could be read: owners of the others are not known."
TOO_COMPLEX = (
    "For {count:,} of its changed files the patterns are too many or too complex to be followed: "
    "owners of those are not known."
)
MORE_OWNERS = "It has more code owners than are listed: {count} in all."


@dataclass(frozen=True, slots=True)
class PathOwners:
    """The owners as the document shows them; `note` says in sentences for people what is not known."""

    owners: tuple[dict[str, Any], ...] = ()
    note: str = ""


def owners_of_paths(rules: CodeownersRules, paths: Sequence[str], *, truncated: bool = False) -> PathOwners:
    """The owners of `paths`, in the order of the file's rules. `truncated`: `paths` are not all that were changed."""
    by_rule: dict[int, tuple[CodeownersRule, list[str]]] = {}
    unknown = 0
    for path, rule in zip(paths, rules.rules_of(paths), strict=True):
        if isinstance(rule, TooComplex):
            unknown += 1
        elif rule is not None and rule.owners:
            by_rule.setdefault(rule.line, (rule, []))[1].append(path)
    found = [by_rule[line] for line in sorted(by_rule)]
    count = sum(len(dict.fromkeys(rule.owners)) for rule, _ in found)
    truncation = TRUNCATED.format(count=len(paths)) if truncated else ""
    complexity = TOO_COMPLEX.format(count=unknown) if unknown else ""
    surplus = MORE_OWNERS.format(count=count) if count > _MAX_ENTRIES else ""
    return PathOwners(
        tuple(_entries(found)), " ".join(note for note in (rules.problem, truncation, complexity, surplus) if note)
    )


def _entries(found: Sequence[tuple[CodeownersRule, list[str]]]) -> list[dict[str, Any]]:
    """One entry for each owner and rule. If there are too many, every owner keeps one before any keeps two."""
    kept = _shown_positions(owner for owner, _, _ in _pairs(found))
    return [
        {
            "owner": owner,
            "rule": rule.pattern,
            "line": rule.line,
            "paths": paths[:PATHS_SHOWN],
            "paths_total": len(paths),
        }
        for at, (owner, rule, paths) in enumerate(_pairs(found))
        if at in kept
    ]


def _pairs(found: Iterable[tuple[CodeownersRule, list[str]]]) -> Iterator[tuple[str, CodeownersRule, list[str]]]:
    return ((owner, rule, paths) for rule, paths in found for owner in dict.fromkeys(rule.owners))


def _shown_positions(owners: Iterable[str]) -> set[int]:
    """The positions of the entries that are shown: at most `_MAX_ENTRIES`."""
    first: dict[str, int] = {}
    further: list[int] = []
    for at, owner in enumerate(owners):
        if owner in first:
            if len(further) < _MAX_ENTRIES:
                further.append(at)
        elif len(first) < _MAX_ENTRIES:
            first[owner] = at
    return {*first.values(), *further[: _MAX_ENTRIES - len(first)]}
