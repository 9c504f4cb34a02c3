"""A pull request as last seen, whom it concerns, and every review request it ever had."""

from typing import Any

from django.db import models

from monitor.attention import Marks
from monitor.events import Awaited, Role
from monitor.models.repository import Repository
from monitor.roles import NAME_LENGTH
from monitor.snapshot import Snapshot, isoformat


class PullRequest(models.Model):
    """The last snapshot of one pull request, and the JSON text that everybody is handed.

    Few narrow columns stand beside the two texts: what lists filter and sort by, and what a probe is compared with.
    """

    repository = models.ForeignKey(Repository, models.CASCADE, related_name="pull_requests")
    number = models.PositiveIntegerField()
    node_id = models.CharField(max_length=100, unique=True)
    digest = models.CharField(max_length=32, help_text="Of the snapshot: equal means nothing changed.")
    as_of = models.DateTimeField(help_text="When GitHub was last read in full for this pull request.")

    author = models.CharField(max_length=100, blank=True, help_text="Login in lower case; empty for a deleted account.")
    author_is_bot = models.BooleanField(default=False)
    state = models.CharField(max_length=6)
    draft = models.BooleanField(default=False)
    review_state = models.CharField(max_length=17)
    ci = models.CharField(max_length=7)
    mergeable = models.CharField(max_length=11)
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

    # Last, because SQLite reads a row from its beginning: searches never walk through the long texts.
    title = models.TextField()
    title_folded = models.TextField(help_text="The title without upper and lower case, for searches.")
    snapshot = models.TextField(help_text="What GitHub said, as JSON.")
    document = models.TextField(help_text="What readers are handed, as JSON: all but `mine`.")

    class Meta:
        ordering = ("-updated_at", "repository", "number")
        constraints = (models.UniqueConstraint(fields=("repository", "number"), name="pull_request_number"),)
        indexes = (
            models.Index(fields=("repository", "state", "-updated_at"), name="pull_request_list"),
            models.Index(fields=("state", "-updated_at"), name="pull_request_state"),
            models.Index(fields=("author", "state"), name="pull_request_author"),
            models.Index(fields=("head_sha",), name="pull_request_head"),
        )

    def __str__(self) -> str:
        return f"{self.repository.full_name}#{self.number}"

    @property
    def marks(self) -> Marks:
        """The times GitHub does not tell."""
        return Marks(self.pushed_at or self.created_at, self.checks_at, self.mergeable_at)

    @property
    def seen(self) -> Snapshot:
        """The stored snapshot as values."""
        return Snapshot.from_json(self.snapshot)


class Involvement(models.Model):
    """One reason why a pull request concerns a login or a team: the index behind filters, counts and searches.

    `name` is in lower case: a login, or `org/slug`. Besides the roles, `turn` rows name the logins whose turn it is.
    """

    ROLES = tuple((name.value, name.value) for name in (*Role, *Awaited))

    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="involvements", db_index=False)
    role = models.CharField(max_length=16, choices=ROLES)
    name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pull_request", "role", "name"), name="involvement_once"),)
        indexes = (
            models.Index(fields=("name", "role", "pull_request"), name="involvement_name"),
            models.Index(
                fields=("role", "pull_request"),
                name="involvement_turn",
                condition=models.Q(role__in=("turn_author", "turn_reviewer")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.role}"


class ReviewRequest(models.Model):
    """One entry of the ledger of requests: GitHub forgets them once they are settled, we do not."""

    class Settled(models.TextChoices):
        REVIEWED = "reviewed"
        REMOVED = "removed"
        TAKEN = "taken"
        CLOSED = "closed"

    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="requests", db_index=False)
    kind = models.CharField(max_length=4, choices=(("user", "user"), ("team", "team")))
    name = models.CharField(max_length=200, help_text="A login, or org/slug, as GitHub spells it.")
    by = models.CharField(
        max_length=100, null=True, help_text="Who asked; empty when GitHub did (code owners) or it is not known."
    )
    code_owner = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled = models.CharField(max_length=8, null=True, choices=Settled.choices)
    settled_by = models.CharField(max_length=100, null=True)

    class Meta:
        ordering = ("asked_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("pull_request", "kind", "name", "asked_at"), name="review_request_once"),
        )

    def __str__(self) -> str:
        return f"{self.name} asked {isoformat(self.asked_at)}"

    def as_json(self) -> dict[str, Any]:
        """The entry as the API shows it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "by": self.by,
            "code_owner": self.code_owner,
            "asked_at": isoformat(self.asked_at),
            "settled_at": isoformat(self.settled_at),
            "settled": self.settled,
            "settled_by": self.settled_by,
        }
