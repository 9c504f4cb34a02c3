"""Decides when a pull request's code owners must be found again, and builds the `Ownership` row."""

from collections.abc import Iterable
from functools import lru_cache

from monitor.github.answers import ChangedFiles
from monitor.models import CodeownersFile, Ownership
from monitor.polling.code_owners.owned_pull_request import OwnedPullRequest
from monitor.rules.codeowners_file import CodeownersRules, PathOwners, owners_of_paths, parse

TOO_LARGE = "Its CODEOWNERS file is too large to be read whole: owners are not known."


def is_stale(row: Ownership | None, one: OwnedPullRequest, file: CodeownersFile | None) -> bool:
    """Whether base, head or CODEOWNERS file differ from those of the stored owners; without a file, no row is needed."""
    if row is None:
        return file is not None
    return (row.base, row.head_sha, row.oid) != (one.base, one.head_sha, file.oid if file else "")


def needs_paths(row: Ownership | None, one: OwnedPullRequest, file: CodeownersFile | None) -> bool:
    """Whether the changed files must be read: the rules name somebody, and the files at this head are unknown."""
    if file is None or not _parse_cached(file.text).names_anybody:
        return False
    return row is None or not row.paths_known or (row.base, row.head_sha) != (one.base, one.head_sha)


def new_ownership(
    one: OwnedPullRequest, file: CodeownersFile | None, row: Ownership | None, read: ChangedFiles | None
) -> Ownership:
    """The new row, not saved yet: from the files just read, otherwise from the stored files of the same head."""
    same = row is not None and (row.base, row.head_sha) == (one.base, one.head_sha)
    result = Ownership(base=one.base, head_sha=one.head_sha, oid=file.oid if file else "")
    if read is not None:
        # If somebody pushed meanwhile, the owners are found again when that head is recorded.
        result.head_sha, result.paths, result.truncated = read.head_sha, list(read.paths), read.truncated
        result.paths_known = True
    elif row is not None and same:
        result.paths, result.truncated, result.paths_known = row.paths, row.truncated, row.paths_known
    owned_by_rules = _apply_rules(file, result)
    result.owners, result.note = list(owned_by_rules.owners), owned_by_rules.note
    return result


def owning_teams(found: Iterable[Ownership]) -> set[str]:
    """The teams that own code, as `org/slug`; their members get events about that code."""
    names = {owner["owner"] for row in found for owner in row.owners}
    return {name[1:] for name in names if name.startswith("@") and "/" in name}


def _apply_rules(file: CodeownersFile | None, row: Ownership) -> PathOwners:
    if file is None:
        return PathOwners()
    return (
        PathOwners(note=TOO_LARGE)
        if file.truncated
        else owners_of_paths(_parse_cached(file.text), row.paths, truncated=row.truncated)
    )


@lru_cache(maxsize=8)
def _parse_cached(text: str) -> CodeownersRules:
    return parse(text)
