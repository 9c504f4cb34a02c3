"""Stores each possible message with its result, and the position up to which events have been read."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from monitor.models import PullRequest, ReviewRequest
from monitor.rules.snapshot import isoformat


class Delivery(models.Model):
    """A message that one recipient may get about one review request. It ends as sent, suppressed or failed.

    `kind`: the requested reviewer is told of the request, or the author of the absence of the requested reviewer.

    The table is the queue. Rows with the same `batch` come from one event and go to one destination: they are leased
    and judged together, and sent as one message.
    """

    class Kind(models.TextChoices):
        REVIEW_REQUEST = "review_request"
        ABSENCE = "absence"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        SUPPRESSED = "suppressed"
        FAILED = "failed"

    class Rule(models.TextChoices):
        OWN_ACTION = "own_action"
        DRAFT = "draft"
        BOT = "bot"
        SETTLED_WHILE_WAITING = "settled_while_waiting"
        ENOUGH = "enough"
        ALREADY_TOLD = "already_told"
        DIRECT_BEATS_TEAM = "direct_beats_team"
        AWAY = "away"
        SNOOZED = "snoozed"
        PRIVATE_REPOSITORY = "private_repository"

    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="deliveries")
    # Not a foreign key: events are deleted sooner than the deliveries about them.
    event = models.BigIntegerField(help_text="The event it came from.")
    request = models.ForeignKey(ReviewRequest, models.SET_NULL, null=True, blank=True, related_name="deliveries")
    kind = models.CharField(max_length=14, choices=Kind.choices, default=Kind.REVIEW_REQUEST)
    asked_kind = models.CharField(max_length=4, choices=(("user", "user"), ("team", "team")))
    asked_name = models.CharField(max_length=200, help_text="Who was asked: a login, or org/slug.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        help_text="Who reads.",
    )
    recipient = models.CharField(max_length=200, help_text="The reader's login, or org/slug for a team as a whole.")

    transport = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=100, blank=True)
    personal = models.BooleanField(default=False, help_text="A direct message.")
    batch = models.CharField(max_length=150, blank=True, db_index=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    rule = models.CharField(max_length=21, choices=Rule.choices, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was sent, or why it was not.")
    answer = models.TextField(blank=True, help_text="What Slack said last.")
    due_at = models.DateTimeField(help_text="Not sent before.")
    attempts = models.PositiveIntegerField(default=0)
    # The worker that holds the lease is sending. An expired lease belongs to a worker that died.
    lease = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    posted_to = models.CharField(max_length=32, blank=True, help_text="The channel Slack says it is in.")
    ts = models.CharField(max_length=32, blank=True, help_text="Slack's name of the message within the channel.")

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("event", "kind", "asked_kind", "asked_name", "recipient"), name="delivery_once"
            ),
        )
        indexes = (
            models.Index(fields=("due_at",), condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=("user", "-id"), name="delivery_user"),
        )

    def __str__(self) -> str:
        return f"{self.recipient}: {self.state}"

    def as_json(self) -> dict[str, Any]:
        """The delivery as the API shows it. Load `pull_request.repository` before."""
        return {
            "id": self.pk,
            "pull_request": str(self.pull_request),
            "recipient": self.recipient,
            "channel": self.channel or None,
            "state": self.state,
            "rule": self.rule or None,
            "reason": self.reason,
            "answer": self.answer or None,
            "created_at": isoformat(self.created_at),
            "ended_at": isoformat(self.ended_at),
        }


class Digest(models.Model):
    """The digest of one person and one day: sent, or the reason why not. The row is unique, so it is sent once."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        EMPTY = "empty", "nothing to say"
        SKIPPED = "skipped", "too late"
        FAILED = "failed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests")
    day = models.DateField(help_text="The day in the person's time zone.")
    returned = models.BooleanField(default=False, help_text="The first one after an absence.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    answer = models.TextField(blank=True, help_text="What Slack said last.")
    due_at = models.DateTimeField(help_text="Not sent before.")
    attempts = models.PositiveIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    posted_to = models.CharField(max_length=32, blank=True, help_text="The channel Slack says it is in.")
    ts = models.CharField(max_length=32, blank=True, help_text="Slack's name of the message within the channel.")
    sections = models.JSONField(default=list, help_text="What it says, and what of that is settled.")

    class Meta:
        ordering = ("-day", "-id")
        constraints = (models.UniqueConstraint(fields=("user", "day"), name="digest_once_a_day"),)
        indexes = (models.Index(fields=("due_at",), condition=Q(state="waiting"), name="digest_waiting"),)

    def __str__(self) -> str:
        return f"{self.user} on {self.day}: {self.state}"


class SlackStatus(models.Model):
    """What was last read of a person's status in Slack; by their Slack id, for rows of people come and go."""

    slack_user_id = models.CharField(max_length=32, primary_key=True)
    read_at = models.DateTimeField()
    away_until = models.DateTimeField(
        null=True, blank=True, help_text="The end of the absence that was taken from the status into the profile."
    )

    class Meta:
        verbose_name_plural = "slack statuses"

    def __str__(self) -> str:
        return self.slack_user_id


class Reader(models.Model):
    """How far one reader has read the event log. It advances in the transaction that writes the deliveries."""

    SLACK = "slack"

    name = models.CharField(max_length=30, primary_key=True)
    position = models.BigIntegerField(default=0, help_text="The last event that was read.")

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"
