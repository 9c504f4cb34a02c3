"""When owners have to be worked out, from what, and the row that comes of it."""

from collections.abc import Iterable
from functools import lru_cache

from monitor.codeowners import Codeowners, Owned, owned, parse
from monitor.github.answers import ChangedFiles
from monitor.models import CodeownersFile, Ownership
from monitor.owning.subject import Subject

TOO_LARGE = "Its CODEOWNERS file is too large to be read whole: owners are not known."


def is_stale(row: Ownership | None, one: Subject, file: CodeownersFile | None) -> bool:
    """Whether base, head or file is another than the owners are known for; that there is no file is not kept."""
    if row is None:
        return file is not None
    return (row.base, row.head_sha, row.oid) != (one.base, one.head_sha, file.oid if file else "")


def needs_paths(row: Ownership | None, one: Subject, file: CodeownersFile | None) -> bool:
    """Whether the changed files have to be read: somebody could own them, and they are not known for this head."""
    if file is None or not _parsed(file.text).names_anybody:
        return False
    return row is None or not row.paths_known or (row.base, row.head_sha) != (one.base, one.head_sha)


def worked_out(
    one: Subject, file: CodeownersFile | None, row: Ownership | None, read: ChangedFiles | None
) -> Ownership:
    """The owners now, not saved yet: from the files just read, else from those that are known for the same head."""
    same = row is not None and (row.base, row.head_sha) == (one.base, one.head_sha)
    result = Ownership(base=one.base, head_sha=one.head_sha, oid=file.oid if file else "")
    if read is not None:
        # Somebody may have pushed in between: then it is worked out once more when that head is recorded.
        result.head_sha, result.paths, result.truncated = read.head_sha, list(read.paths), read.truncated
        result.paths_known = True
    elif row is not None and same:
        result.paths, result.truncated, result.paths_known = row.paths, row.truncated, row.paths_known
    said = _said(file, result)
    result.owners, result.note = list(said.owners), said.note
    return result


def teams_in(found: Iterable[Ownership]) -> set[str]:
    """Teams that own code, as `org/slug`: whoever is in them wants to know."""
    names = {owner["owner"] for row in found for owner in row.owners}
    return {name[1:] for name in names if name.startswith("@") and "/" in name}


def _said(file: CodeownersFile | None, row: Ownership) -> Owned:
    if file is None:
        return Owned()
    return Owned(note=TOO_LARGE) if file.truncated else owned(_parsed(file.text), row.paths, truncated=row.truncated)


@lru_cache(maxsize=8)
def _parsed(text: str) -> Codeowners:
    return parse(text)
