"""Stores snoozes: a user hides a pull request until a time, until an event, or permanently."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from monitor.models.pull_request import PullRequest


class Snooze(models.Model):
    """A user hides a pull request until a time or until an event; with neither, permanently (“muted”)."""

    class UntilEvent(models.TextChoices):
        AUTHOR_UPDATE = "author_update", "the author's next update"
        ANY_UPDATE = "any_update", "any update"
        READY_FOR_REVIEW = "ready_for_review", "it is ready for review"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="snoozes", db_index=False)
    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="snoozes")
    until = models.DateTimeField(null=True, blank=True, db_index=True)
    until_event = models.CharField(max_length=16, null=True, blank=True, choices=UntilEvent.choices)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "pull_request"), name="snooze_once"),)

    def __str__(self) -> str:
        return f"{self.user} snoozed {self.pull_request_id}"
