"""Stores what remains of GitHub's hourly rate limit, and the polling plan that fits into it."""

from django.db import models


class RateLimit(models.Model):
    """The rate limit of one identity (a user or App installation, never a token) for one resource of GitHub's API."""

    identity = models.CharField(max_length=100)
    resource = models.CharField(max_length=30)
    limit = models.PositiveIntegerField(default=5000)
    remaining = models.IntegerField(default=5000)
    reset_at = models.DateTimeField(null=True)
    blocked_until = models.DateTimeField(null=True, help_text="GitHub asked us to wait until then.")
    outage_since = models.DateTimeField(
        null=True, help_text="Since when GitHub has not been reachable; until it is, one small question asks for all."
    )
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
