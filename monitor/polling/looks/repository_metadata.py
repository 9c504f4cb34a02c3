"""Copies a repository's name, visibility and other metadata from GitHub into its row."""

from typing import Any

from monitor.background.deadline import Deadline
from monitor.github.answers import RepositoryMetadata
from monitor.models import FormerName, Repository
from monitor.polling.pacing.leases import Lease
from monitor.recording import rederive_repository
from monitor.recording.rename_documents import rename_documents

NAMES = ("full_name", "url", "private", "archived", "default_branch")


def update_repository(repository: Repository, metadata: RepositoryMetadata, lease: Lease, deadline: Deadline) -> None:
    """Writes changed metadata into the row before anything else is recorded, then into all documents.

    A new name is written into them; if the repository was archived, is archived no more, or has another default branch,
    open pull requests are worked out again. If the deadline or a kill stops either, the next look continues.
    """
    changed = changed_columns(repository, metadata)
    if "full_name" in changed:
        FormerName.objects.update_or_create(name=repository.full_name.lower(), defaults={"repository": repository})
    if "full_name" in changed or "url" in changed:
        changed["renaming"] = True
    if "archived" in changed or "default_branch" in changed:
        changed["reconsidered_up_to"] = rederive_repository.BEFORE_ALL
    for name, value in changed.items():
        setattr(repository, name, value)
    if changed:
        lease.write_columns(repository, **changed)
    while repository.renaming and not deadline.over:
        repository.renaming = rename_documents(repository)
    while repository.reconsidered_up_to is not None and not deadline.over:
        repository.reconsidered_up_to = rederive_repository.rederive_next_part(repository)


def changed_columns(repository: Repository, metadata: RepositoryMetadata) -> dict[str, Any]:
    """The columns with new values. An empty default branch is unknown, so the row keeps its value."""
    values = {name: getattr(metadata, name) for name in NAMES}
    values["default_branch"] = values["default_branch"] or repository.default_branch
    return {name: value for name, value in values.items() if getattr(repository, name) != value}
