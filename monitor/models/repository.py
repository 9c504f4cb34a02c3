"""Stores watched repositories: their names on GitHub, who may see them, and the state of their polling."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib.auth.models import Group
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from monitor.rules.quarantine import unread_pull_requests


def format_utc(moment: datetime) -> str:
    """A time in UTC, for readers whose time zone is not known."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


class Repository(models.Model):
    """A repository, identified by GitHub's node id, which survives renames and transfers; `full_name` may change."""

    class Status(models.TextChoices):
        PENDING = "pending", "waiting for its first look"
        OK = "ok", "up to date"
        ERROR = "error", "the last look failed"
        INACCESSIBLE = "inaccessible", "gone, or the token may no longer read it"

    node_id = models.CharField(max_length=100, unique=True, editable=False)
    full_name = models.CharField(max_length=200, help_text="owner/name, as GitHub spells it")
    url = models.URLField(max_length=500, blank=True)
    private = models.BooleanField(default=False)
    archived = models.BooleanField(default=False)
    default_branch = models.CharField(max_length=255, blank=True)
    shared_with = models.ManyToManyField(
        Group, blank=True, related_name="repositories", help_text="Who may see it when it is private, besides staff."
    )
    demo = models.BooleanField(default=False, editable=False, help_text="Of the made-up GitHub, and gone with it.")
    paused = models.BooleanField(default=False, help_text="Not looked at until resumed.")
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_by = models.CharField(max_length=150, blank=True, editable=False, help_text="The username of who paused it.")

    enough_approvals_end_requests = models.BooleanField(
        default=True,
        help_text="Once GitHub counts a pull request as approved, nobody else who was asked before is waited for.",
    )

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PENDING, editable=False)
    status_message = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    first_read_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When the first look ended.")
    last_tried_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_polled_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="The last look that worked.")
    next_poll_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)
    effective_interval_seconds = models.PositiveIntegerField(default=60, editable=False)
    changed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The last look that found a change."
    )
    reconciled_at = models.DateTimeField(null=True, blank=True, editable=False)
    checks_swept_at = models.DateTimeField(null=True, blank=True, editable=False)
    owners_checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    hooked_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="The last webhook.")
    refreshed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The last look asked for by hand."
    )
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(
        default=0, editable=False, help_text="Looks that failed, one after the other."
    )
    missing_since = models.DateTimeField(null=True, blank=True, editable=False)
    misses = models.PositiveIntegerField(default=0, editable=False)
    read_count = models.PositiveIntegerField(
        default=0, editable=False, help_text="Pull requests read in the first look."
    )
    read_total = models.PositiveIntegerField(default=0, editable=False)
    renaming = models.BooleanField(
        default=False, editable=False, help_text="Some of its pull requests are still shown under its former name."
    )
    reconsidered_up_to = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="It was archived, or the like, and pull requests up to this key know by now; empty: all do.",
    )
    listing = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text="Where reading the list of open pull requests stands, when it takes more than one turn.",
    )
    batch_limit = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="After GitHub failed on a batch with it: the most to ask with it.",
    )
    quarantine = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="Pull requests GitHub fails on: since when, and when each is asked for again.",
    )
    # The worker that holds the lease polls the repository. An expired lease belongs to a worker that died.
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    lease = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "repositories"
        ordering = ("full_name",)
        indexes = (models.Index(Lower("full_name"), name="repository_name"),)

    def __str__(self) -> str:
        return self.full_name

    def pause_words(self, clock: Callable[[datetime], str] = format_utc) -> str:
        """“paused since … by …”, without the unknown parts. `clock` formats a time for the reader."""
        since = f" since {clock(self.paused_at)}" if self.paused_at else ""
        return f"paused{since}{f' by {self.paused_by}' if self.paused_by else ''}"

    @property
    def unread_pull_requests(self) -> int:
        """How many of its pull requests GitHub fails on, each alone."""
        return len(unread_pull_requests(self.quarantine))

    @property
    def owner(self) -> str:
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]
