"""Stores webhook deliveries: the queue of hints to process, and a protection against repeated deliveries."""

from django.db import models
from django.utils import timezone


class WebhookDelivery(models.Model):
    """A delivery and its hint: what to read from GitHub. The row is an entry of the queue until `done_at` is set."""

    delivery = models.CharField(max_length=100, unique=True, help_text="X-GitHub-Delivery; a redelivery keeps it.")
    mark = models.CharField(
        max_length=64, null=True, help_text="Of its bytes: the same ones under another id are no news."
    )
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    event = models.CharField(max_length=50)
    action = models.CharField(max_length=50, blank=True)
    hint = models.JSONField(null=True, help_text="Where to look; empty when there was nothing to look at.")
    due_at = models.DateTimeField(default=timezone.now, help_text="When it is looked at, or a worker is given up.")
    lease = models.CharField(max_length=32, blank=True, help_text="Who looks now.")
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, help_text="Why it could not be looked at yet, or was given up.")

    class Meta:
        verbose_name_plural = "webhook deliveries"
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("mark",), name="webhook_bytes_once"),)
        indexes = (models.Index(fields=("due_at",), name="webhook_waiting", condition=models.Q(done_at=None)),)

    def __str__(self) -> str:
        return f"{self.event} {self.action}".strip()
