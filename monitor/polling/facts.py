"""What GitHub says of a repository itself: names change, visibility changes, and both hold from the moment they are known."""

from monitor.github.answers import Facts
from monitor.models import Repository

NAMES = ("full_name", "url", "private", "archived", "default_branch")


def take(repository: Repository, facts: Facts) -> dict[str, str | bool]:
    """Puts GitHub's word into the object and returns what differs. No default branch named is not none there."""
    said = {name: getattr(facts, name) for name in NAMES}
    said["default_branch"] = said["default_branch"] or repository.default_branch
    changed = {name: value for name, value in said.items() if getattr(repository, name) != value}
    for name, value in changed.items():
        setattr(repository, name, value)
    return changed
