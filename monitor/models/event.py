"""Stores the event log: the changes of pull requests, in commit order."""

from typing import Any

from django.db import models

from monitor.models.pull_request import PullRequest
from monitor.models.repository import Repository
from monitor.rules.change_kinds import UpdateType
from monitor.rules.snapshot import isoformat


class Event(models.Model):
    """The changes of one pull request that one look found. An event is never updated.

    `id` comes from `EventSequence` within the recording transaction, so ids are in commit order and without gaps.
    """

    id = models.BigIntegerField(primary_key=True)
    repository = models.ForeignKey(Repository, models.CASCADE, related_name="events", db_index=False)
    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="events")
    update_type = models.CharField(max_length=7, choices=[(kind.value, kind.value) for kind in UpdateType])
    changes = models.JSONField(help_text='[{"kind", "actor", …}]')
    audience = models.JSONField(help_text="Role -> names, before and after the change together: for whom it was.")
    turn = models.JSONField(
        null=True, help_text="Whose turn it was after it, as in the document. Empty: not kept then."
    )
    facts = models.JSONField(
        null=True, help_text="What a search needs to know of it as it was then. Empty: not kept then."
    )
    at = models.DateTimeField(help_text="When we recorded it.")
    occurred_at = models.DateTimeField(help_text="When it happened on GitHub, as well as we know.")
    title = models.TextField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("repository", "id"), name="event_repository"),)

    def __str__(self) -> str:
        return f"event {self.id}"

    def as_json(self) -> dict[str, Any]:
        """The event as the API shows it. Load `repository` and `pull_request` before."""
        return {
            "id": self.id,
            "repository": self.repository.full_name,
            "number": self.pull_request.number,
            "update_type": self.update_type,
            "changes": self.changes,
            "at": isoformat(self.at),
            "occurred_at": isoformat(self.occurred_at),
            "title": self.title,
            "url": f"{self.repository.url}/pull/{self.pull_request.number}",
        }


class EventSequence(models.Model):
    """A single row: `last` is the id of the newest event, `pruned` the highest id that retention has deleted.

    Recording locks the row in the last step of its transaction, so transactions commit in the order of their event ids.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    last = models.BigIntegerField(default=0)
    pruned = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"event head {self.last}"
