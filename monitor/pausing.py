"""Pausing: a team lead has a repository not looked at until somebody resumes it, and everybody can read who did."""

from django.db.models import QuerySet
from django.utils import timezone

from monitor import schedules
from monitor.models import Repository


class Paused(Exception):
    """The repository is not looked at until somebody resumes it."""

    def __init__(self, repository: Repository) -> None:
        super().__init__(f"{repository.full_name} is {repository.pause_words()}")
        self.repository = repository


def pause(repositories: QuerySet[Repository], username: str) -> int:
    """They are not looked at until resumed; what is known stays. How many were not paused before."""
    return repositories.filter(paused=False).update(paused=True, paused_at=timezone.now(), paused_by=username)


def resume(repositories: QuerySet[Repository]) -> int:
    """They are looked at again, at once. How many were paused before."""
    unpaused = {"paused": False, "paused_at": None, "paused_by": ""}
    count = repositories.filter(paused=True).update(**unpaused, next_poll_at=timezone.now())
    schedules.wake()
    return count
