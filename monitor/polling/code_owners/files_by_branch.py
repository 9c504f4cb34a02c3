"""Reads the CODEOWNERS files of base branches, many per query, and stores each text once by its Git object id."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from django.db import transaction
from django.utils import timezone

from monitor.github import rate_limit_budget
from monitor.github.answers import CodeownersBlob
from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.github.rate_limit_policy import Purpose
from monitor.models import CodeownersBranch, CodeownersFile, Repository
from monitor.polling.code_owners.owned_pull_request import Branch, OwnedPullRequest
from monitor.polling.fault_isolation import log_faults
from monitor.polling.pacing.batch_size import chunks_of

log = logging.getLogger(__name__)
AT_ONCE = 50
Files = Mapping[Branch, CodeownersFile | None]


def codeowners_by_branch(client: Client, subjects: Sequence[OwnedPullRequest], *, anew: bool) -> Files:
    """The CODEOWNERS file per base branch, None for a branch without one. Unreadable branches are left out.

    With `anew`, asks GitHub about all branches; otherwise only about branches that were never read.
    """
    branches = {one.branch: one.repository.node_id for one in subjects}
    if not branches:
        return {}
    rows = CodeownersBranch.objects.filter(repository__in={pk for pk, _ in branches}).select_related("file")
    known = {(row.repository_id, row.name): row.file for row in rows}
    asked = [branch for branch in branches if anew or branch not in known]
    read: dict[Branch, CodeownersFile | None] = {}
    for part in chunks_of(asked, AT_ONCE):
        read |= _read_files(client, {branch: branches[branch] for branch in part}, known)
    return read if anew else {branch: known[branch] for branch in branches if branch in known} | read


def _read_files(client: Client, asked: Mapping[Branch, str], known: Files) -> dict[Branch, CodeownersFile | None]:
    wanted = [(node_id, name) for (_, name), node_id in asked.items()]
    try:
        answer = rate_limit_budget.ask(client, Purpose.BACKGROUND, 1, partial(client.codeowners, wanted))
    except GitHubError as error:
        log.info("CODEOWNERS of %s branches could not be read: %s", len(wanted), error)
        return {}
    blobs = {
        branch: _completed(client, branch, answer.found.get(f"{node_id}:{branch[1]}"))
        for branch, node_id in asked.items()
    }
    kept: dict[Branch, CodeownersFile | None] = {}
    for branch, blob in blobs.items():
        if blob is not None:
            with log_faults(log, "Could not keep the CODEOWNERS of the branch %s of %s", branch[1], asked[branch]):
                kept[branch] = _store(branch, blob, known)
    return kept


def _completed(client: Client, branch: Branch, blob: CodeownersBlob | None) -> CodeownersBlob | None:
    """The blob with its whole text, if GraphQL showed only the beginning; None if the whole could not be read.

    A file that is stored already needs no text.
    """
    if blob is None or not blob.cut or CodeownersFile.objects.filter(oid=blob.oid, truncated=False).exists():
        return blob
    name = Repository.objects.values_list("full_name", flat=True).get(pk=branch[0])
    try:
        read = partial(client.blob_text, name, blob.oid)
        answer = rate_limit_budget.ask(client, Purpose.BACKGROUND, 0, read)
    except GitHubError as error:
        log.info("The CODEOWNERS of the branch %s of %s could not be read whole: %s", branch[1], name, error)
        return None
    return replace(blob, text=answer.found[blob.oid], cut=False) if blob.oid in answer.found else None


def _store(branch: Branch, blob: CodeownersBlob, known: Files) -> CodeownersFile | None:
    """Stores the file of a branch, unless the branch already has this file."""
    before = known.get(branch)
    was_cut = before is not None and before.truncated and not blob.truncated
    if branch in known and (before.oid if before else "") == blob.oid and not was_cut:
        return before
    with transaction.atomic():
        file = _get_or_create_file(blob) if blob.oid else None
        columns = {"path": blob.path, "file": file, "changed_at": timezone.now()}
        CodeownersBranch.objects.update_or_create(repository_id=branch[0], name=branch[1], defaults=columns)
    return file


def _get_or_create_file(blob: CodeownersBlob) -> CodeownersFile:
    text = "" if blob.truncated else blob.text.replace("\x00", "")  # PostgreSQL keeps no NUL
    # The lock keeps housekeeping, which deletes files without a branch, from deleting this one before it has its branch.
    files = CodeownersFile.objects.select_for_update()
    file, _ = files.get_or_create(oid=blob.oid, defaults={"text": text, "truncated": blob.truncated})
    if file.truncated and not blob.truncated:  # stored when only its beginning could be read
        file.text, file.truncated = text, False
        file.save(update_fields=["text", "truncated"])
    return file
