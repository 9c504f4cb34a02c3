"""What we know of GitHub itself: how much we may still ask, and whether anybody is asking."""

from django.db import models


class RateLimit(models.Model):
    """What GitHub still allows one identity (a user or an installation, never a token) on one resource this hour."""

    identity = models.CharField(max_length=100)
    resource = models.CharField(max_length=30)
    limit = models.PositiveIntegerField(default=5000)
    remaining = models.IntegerField(default=5000)
    reset_at = models.DateTimeField(null=True)
    blocked_until = models.DateTimeField(null=True, help_text="GitHub asked us to wait until then.")
    strikes = models.PositiveIntegerField(default=0, help_text="Secondary limits hit one after the other.")
    message = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("identity", "resource"), name="rate_limit_once"),)

    def __str__(self) -> str:
        return f"{self.identity} {self.resource}"


class Heartbeat(models.Model):
    """A sign of life of one activity: `worker` (a cluster runs), `poll` (a round ended), `github` (it answered)."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    message = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%F %T}"
