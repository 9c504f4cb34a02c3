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
    strikes = models.PositiveIntegerField(default=0, help_text="Refusals and failures, one after the other.")
    spent = models.IntegerField(
        default=0, help_text="Points spent by us in this window; others may use the account too."
    )
    batch_size = models.PositiveSmallIntegerField(
        default=50, help_text="Repositories in one probe, as GitHub bears it."
    )
    fast_answers = models.PositiveSmallIntegerField(default=0, help_text="Quick probes one after the other.")
    seconds = models.FloatField(default=0, help_text="Waited for answers since the plan was made.")
    plan = models.JSONField(default=dict, blank=True, help_text="Intervals that fit the budget, and how probes spread.")
    planned_at = models.DateTimeField(null=True)
    message = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("identity", "resource"), name="rate_limit_once"),)

    def __str__(self) -> str:
        return f"{self.identity} {self.resource}"


class Heartbeat(models.Model):
    """A sign of life of one activity: `worker` (a cluster runs), `poll` (repositories are looked at), `github` (it answers)."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    message = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%F %T}"


class Credential(models.Model):
    """What was found out about one credential when it was last checked: how far it reads, and until when."""

    identity = models.CharField(max_length=100, unique=True)
    login = models.CharField(max_length=100, blank=True)
    scopes = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True)
    message = models.TextField(blank=True, help_text="What it may not read, in words; empty when nothing is missing.")
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.login or self.identity
