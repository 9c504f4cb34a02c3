"""Stores subscriptions: which repository a user watches, and with which filters."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from monitor.models.repository import Repository
from monitor.rules.filters import DEFAULT_FILTERS


def default_filters() -> list[str]:
    """A new list of the default filters."""
    return [str(name) for name in DEFAULT_FILTERS]


class Subscription(models.Model):
    """A user watches a repository; `filters` select which of its pull requests the user gets."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions", db_index=False)
    repository = models.ForeignKey(Repository, models.CASCADE, related_name="subscriptions")
    filters = models.JSONField(default=default_filters)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "repository"), name="subscription_once"),)

    def __str__(self) -> str:
        return f"{self.user} watches {self.repository}"
