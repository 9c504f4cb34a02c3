"""Stores when each background activity last ran, for `/health`."""

from django.db import models


class Heartbeat(models.Model):
    """The last run of an activity, and since when it fails. Names: `worker`, `poll` (looks), `github` (its answers)."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    message = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%F %T}"
