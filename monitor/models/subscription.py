"""What people ask of us: repositories they watch, searches they keep, things they put off or take on."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from monitor.events import DEFAULT_FILTERS
from monitor.models.pull_request import PullRequest
from monitor.models.repository import Repository


def default_filters() -> list[str]:
    """A fresh list of the default filters."""
    return [str(name) for name in DEFAULT_FILTERS]


class Subscription(models.Model):
    """A user watches a repository; the filters decide which of its pull requests reach them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions", db_index=False)
    repository = models.ForeignKey(Repository, models.CASCADE, related_name="subscriptions")
    filters = models.JSONField(default=default_filters)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "repository"), name="subscription_once"),)

    def __str__(self) -> str:
        return f"{self.user} watches {self.repository}"


class SavedView(models.Model):
    """A search somebody keeps."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="views", db_index=False)
    name = models.CharField(max_length=100)
    q = models.TextField()
    default = models.BooleanField(default=False, help_text="What the dashboard opens with.")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("user", "name"), name="saved_view_name"),)

    def __str__(self) -> str:
        return self.name


class Snooze(models.Model):
    """A user puts a pull request off: until a time, until an event, or (neither) for good."""

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


class Claim(models.Model):
    """“I'm on it”: one person takes a pull request's review, until they review or the claim lapses."""

    pull_request = models.OneToOneField(PullRequest, models.CASCADE, related_name="claim")
    login = models.CharField(max_length=100, help_text="As GitHub spells it.")
    since = models.DateTimeField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.login} is on it"
