"""Stores the ledger of review requests, because GitHub does not list a request after it has ended."""

from typing import Any

from django.db import models

from monitor.models.pull_request import PullRequest
from monitor.rules.snapshot import isoformat


class ReviewRequest(models.Model):
    """A review request to a login or a team; `settled` states how it ended, None while it is open."""

    class Settled(models.TextChoices):
        REVIEWED = "reviewed"
        REMOVED = "removed"
        TAKEN = "taken"
        ENOUGH = "enough"
        CLOSED = "closed"

    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="requests", db_index=False)
    kind = models.CharField(max_length=4, choices=(("user", "user"), ("team", "team")))
    name = models.CharField(max_length=200, help_text="A login, or org/slug, as GitHub spells it.")
    by = models.CharField(
        max_length=100, null=True, help_text="Who asked; empty when GitHub did (code owners) or it is not known."
    )
    code_owner = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled = models.CharField(max_length=8, null=True, choices=Settled.choices)
    settled_by = models.CharField(max_length=100, null=True)

    class Meta:
        ordering = ("asked_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("pull_request", "kind", "name", "asked_at"), name="review_request_once"),
        )

    def __str__(self) -> str:
        return f"{self.name} asked {isoformat(self.asked_at)}"

    def as_json(self) -> dict[str, Any]:
        """The request as the API shows it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "by": self.by,
            "code_owner": self.code_owner,
            "asked_at": isoformat(self.asked_at),
            "settled_at": isoformat(self.settled_at),
            "settled": self.settled,
            "settled_by": self.settled_by,
        }
