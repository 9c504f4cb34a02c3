"""What GitHub says of a repository itself: names change, visibility changes, and both hold from the moment they are known."""

from typing import Any

from monitor.github.answers import Facts
from monitor.models import Repository
from monitor.polling.deadline import Deadline
from monitor.polling.leases import Lease
from monitor.renaming import rename_documents

NAMES = ("full_name", "url", "private", "archived", "default_branch")


def take(repository: Repository, facts: Facts, lease: Lease, deadline: Deadline) -> None:
    """Puts GitHub's word into the row at once, before anything else is recorded; then a new name into every document.

    What the deadline cuts off, or a kill, goes on at the next look.
    """
    changed = differing(repository, facts)
    if "full_name" in changed or "url" in changed:
        changed["renaming"] = True
    for name, value in changed.items():
        setattr(repository, name, value)
    if changed:
        lease.note(repository, **changed)
    while repository.renaming and not deadline.over:
        repository.renaming = rename_documents(repository)


def differing(repository: Repository, facts: Facts) -> dict[str, Any]:
    """What GitHub says otherwise than we know. No default branch named is not none there."""
    said = {name: getattr(facts, name) for name in NAMES}
    said["default_branch"] = said["default_branch"] or repository.default_branch
    return {name: value for name, value in said.items() if getattr(repository, name) != value}
