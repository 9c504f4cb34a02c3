"""Which CODEOWNERS each base branch has: read from GitHub many at once, and remembered by the id of its text."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial

from django.db import transaction
from django.utils import timezone

from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.answers import CodeownersBlob
from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.models import CodeownersBranch, CodeownersFile
from monitor.owning.subject import Branch, Subject
from monitor.polling.apart import apart
from monitor.polling.batching import parts

log = logging.getLogger(__name__)
AT_ONCE = 50
Files = Mapping[Branch, CodeownersFile | None]


def files_of(client: Client, subjects: Sequence[Subject], *, anew: bool) -> Files:
    """The CODEOWNERS of each base branch, None where there is none; a branch that could not be read is not in it.

    With `anew` GitHub is asked for all of them, else only for those never asked for.
    """
    branches = {one.branch: one.repository.node_id for one in subjects}
    if not branches:
        return {}
    rows = CodeownersBranch.objects.filter(repository__in={pk for pk, _ in branches}).select_related("file")
    known = {(row.repository_id, row.name): row.file for row in rows}
    asked = [branch for branch in branches if anew or branch not in known]
    read: dict[Branch, CodeownersFile | None] = {}
    for part in parts(asked, AT_ONCE):
        read |= _read(client, {branch: branches[branch] for branch in part}, known)
    return read if anew else {branch: known[branch] for branch in branches if branch in known} | read


def _read(client: Client, asked: Mapping[Branch, str], known: Files) -> dict[Branch, CodeownersFile | None]:
    wanted = [(node_id, name) for (_, name), node_id in asked.items()]
    try:
        answer = budget.ask(client.identity, Purpose.SWEEP, 1, partial(client.codeowners, wanted))
    except GitHubError as error:
        log.info("CODEOWNERS of %s branches could not be read: %s", len(wanted), error)
        return {}
    blobs = {branch: answer.found.get(f"{node_id}:{branch[1]}") for branch, node_id in asked.items()}
    kept: dict[Branch, CodeownersFile | None] = {}
    for branch, blob in blobs.items():
        if blob is not None:
            with apart(log, "Could not keep the CODEOWNERS of the branch %s of %s", branch[1], asked[branch]):
                kept[branch] = _kept(branch, blob, known)
    return kept


def _kept(branch: Branch, blob: CodeownersBlob, known: Files) -> CodeownersFile | None:
    """Remembers what a branch has; what it had before is not written again."""
    before = known.get(branch)
    if branch in known and (before.oid if before else "") == blob.oid:
        return before
    with transaction.atomic():
        file = _file(blob) if blob.oid else None
        said = {"path": blob.path, "file": file, "changed_at": timezone.now()}
        CodeownersBranch.objects.update_or_create(repository_id=branch[0], name=branch[1], defaults=said)
    return file


def _file(blob: CodeownersBlob) -> CodeownersFile:
    text = "" if blob.truncated else blob.text.replace("\x00", "")  # PostgreSQL keeps no NUL
    # Locked: housekeeping lets go of files without a branch, and this one is about to get one.
    files = CodeownersFile.objects.select_for_update()
    return files.get_or_create(oid=blob.oid, defaults={"text": text, "truncated": blob.truncated})[0]
