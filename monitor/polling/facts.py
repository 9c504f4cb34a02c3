"""What GitHub says of a repository itself: names change, visibility changes, and both hold from the moment they are known."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from monitor import recording
from monitor.github.answers import Facts
from monitor.models import PullRequest, Repository
from monitor.polling.leases import Lease

NAMES = ("full_name", "url", "private", "archived", "default_branch")


def take(repository: Repository, facts: Facts, lease: Lease) -> None:
    """Puts GitHub's word into the row at once, before anything else is recorded; a new name into every document."""
    changed = differing(repository, facts)
    if not changed:
        return
    for name, value in changed.items():
        setattr(repository, name, value)
    with transaction.atomic():
        lease.note(repository, **changed)
        if "full_name" in changed:
            recording.rederive(PullRequest.objects.filter(repository=repository), now=timezone.now())


def differing(repository: Repository, facts: Facts) -> dict[str, Any]:
    """What GitHub says otherwise than we know. No default branch named is not none there."""
    said = {name: getattr(facts, name) for name in NAMES}
    said["default_branch"] = said["default_branch"] or repository.default_branch
    return {name: value for name, value in said.items() if getattr(repository, name) != value}
