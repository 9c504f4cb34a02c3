"""Stores pull requests: the last snapshot from GitHub, and the JSON document made from it."""

from datetime import datetime
from typing import Any, get_args

from django.db import models

from monitor.models.repository import Repository
from monitor.rules.quarantine import failing_since
from monitor.rules.review_state import ReviewVerdict
from monitor.rules.snapshot import Ci, Mergeable, PullRequestState, Snapshot
from monitor.rules.turns import ObservedTimes


def _choices(values: Any) -> list[tuple[str, str]]:
    """The values of a `Literal`: the admin's filters offer them without reading the whole table."""
    return [(value, value.replace("_", " ")) for value in get_args(values)]


class PullRequest(models.Model):
    """The last snapshot of one pull request, and the JSON text that API, sockets and pages use.

    The other columns repeat the values that lists filter and sort by, and that a probe is compared with.
    """

    repository = models.ForeignKey(Repository, models.CASCADE, related_name="pull_requests")
    number = models.PositiveIntegerField()
    node_id = models.CharField(max_length=100, unique=True)
    digest = models.CharField(max_length=32, help_text="Of the snapshot: equal means nothing changed.")
    as_of = models.DateTimeField(help_text="When GitHub was last read in full for this pull request.")

    author = models.CharField(max_length=100, blank=True, help_text="Login in lower case; empty for a deleted account.")
    author_is_bot = models.BooleanField(default=False)
    state = models.CharField(max_length=6, choices=_choices(PullRequestState))
    draft = models.BooleanField(default=False)
    review_state = models.CharField(max_length=17, choices=_choices(ReviewVerdict))
    ci = models.CharField(max_length=7, choices=_choices(Ci))
    mergeable = models.CharField(max_length=11, choices=_choices(Mergeable))
    base = models.TextField(help_text="Without upper and lower case.")
    head = models.TextField(help_text="Without upper and lower case.")
    head_sha = models.CharField(max_length=64)
    labels = models.TextField(blank=True, help_text="Names in lower case, each between line feeds.")
    lines = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    turn_since = models.DateTimeField(null=True, help_text="Since when it is somebody's turn.")
    pushed_at = models.DateTimeField(null=True, help_text="When the head last moved, as well as we know.")
    checks_at = models.DateTimeField(
        null=True, help_text="When we saw the checks begin to fail, or cease to; empty: not since the first look."
    )
    mergeable_at = models.DateTimeField(
        null=True, help_text="When we saw it come into conflict with its base, or out of it."
    )

    # The long texts come after what most searches read: SQLite reads a row from its beginning.
    title = models.TextField()
    title_folded = models.TextField(help_text="The title without upper and lower case, for searches.")
    snapshot = models.TextField(help_text="What GitHub said, as JSON.")
    document = models.TextField(help_text="What readers are handed, as JSON: all but `mine`.")

    merging_digest = models.CharField(
        max_length=16, blank=True, help_text="Of what GitHub says about the merge: a refresh of checks compares it."
    )
    queued = models.BooleanField(default=False, help_text="In the merge queue of its base branch.")
    merges_itself = models.BooleanField(default=False, help_text="Auto-merge is on.")
    base_protected = models.BooleanField(default=False, help_text="The base branch has rules on GitHub.")
    stacked_on = models.PositiveIntegerField(
        null=True, help_text="The number of the open pull request whose head branch is the base of this one."
    )

    class Meta:
        ordering = ("-updated_at", "repository", "number")
        constraints = (models.UniqueConstraint(fields=("repository", "number"), name="pull_request_number"),)
        indexes = (
            models.Index(fields=("repository", "state", "-updated_at"), name="pull_request_list"),
            models.Index(fields=("state", "-updated_at"), name="pull_request_state"),
            # Lists of all states: without this index PostgreSQL reads the whole table for the hundred newest.
            models.Index(fields=("-updated_at",), name="pull_request_updated"),
            models.Index(fields=("author", "state"), name="pull_request_author"),
            models.Index(fields=("head_sha",), name="pull_request_head"),
            # Who is stacked on whom: found among the open ones of a repository.
            models.Index(
                fields=("repository", "head"), name="pull_request_open_head", condition=models.Q(state="open")
            ),
            models.Index(
                fields=("repository", "base"), name="pull_request_open_base", condition=models.Q(state="open")
            ),
            # Few rows at a time, and columns behind the long texts: the searches for them read no other row.
            models.Index(fields=("-updated_at",), name="pull_request_queued", condition=models.Q(queued=True)),
            models.Index(fields=("repository",), name="pull_request_merging", condition=models.Q(merges_itself=True)),
            models.Index(
                fields=("repository", "stacked_on"),
                name="pull_request_stacked",
                condition=models.Q(stacked_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.repository.full_name}#{self.number}"

    @property
    def observed_times(self) -> ObservedTimes:
        """The times that GitHub does not state, as prmonitor observed them."""
        return ObservedTimes(self.pushed_at or self.created_at, self.checks_at, self.mergeable_at)

    @property
    def unread_since(self) -> datetime | None:
        """Since when GitHub fails on this pull request alone; None if it could be read since."""
        since = failing_since(self.repository.quarantine, self.node_id)
        return since if since and self.as_of.replace(microsecond=0) <= since else None

    @property
    def is_unattended_bots(self) -> bool:
        """Whether its author is a bot and no person is assigned: an agent's assigned work is that person's."""
        return self.author_is_bot and not self.stored_snapshot.assignees

    @property
    def stored_snapshot(self) -> Snapshot:
        """The column `snapshot` as a `Snapshot`."""
        return Snapshot.from_json(self.snapshot)
