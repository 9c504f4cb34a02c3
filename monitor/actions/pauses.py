"""Pauses repositories: prmonitor stops polling one until somebody resumes it, and every user sees who paused it."""

from django.db.models import QuerySet
from django.utils import timezone

from monitor.background import schedules
from monitor.models import Repository


class RepositoryPaused(Exception):
    """The repository is paused: prmonitor does not poll it until somebody resumes it."""

    def __init__(self, repository: Repository) -> None:
        super().__init__(f"{repository.full_name} is {repository.pause_words()}")
        self.repository = repository


def pause(repositories: QuerySet[Repository], username: str) -> int:
    """Pauses polling of the repositories until they are resumed; keeps their data. Returns how many were not paused."""
    return repositories.filter(paused=False).update(paused=True, paused_at=timezone.now(), paused_by=username)


def resume(repositories: QuerySet[Repository]) -> int:
    """Polls the repositories again, from now on. Returns how many it resumed."""
    unpaused = {"paused": False, "paused_at": None, "paused_by": ""}
    count = repositories.filter(paused=True).update(**unpaused, next_poll_at=timezone.now())
    schedules.run_now()
    return count
