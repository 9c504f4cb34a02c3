"""Stores CODEOWNERS files as read from GitHub, and the code owners of each pull request."""

from django.db import models

from monitor.models.pull_request import PullRequest
from monitor.models.repository import Repository


class CodeownersFile(models.Model):
    """The text of a CODEOWNERS file by its git blob id; branches with the same text share the row."""

    oid = models.CharField(max_length=64, primary_key=True)
    text = models.TextField(blank=True)
    truncated = models.BooleanField(default=False, help_text="Too large to be read whole.")

    def __str__(self) -> str:
        return self.oid


class CodeownersBranch(models.Model):
    """The CODEOWNERS file of a base branch; without `file` the branch has none."""

    repository = models.ForeignKey(Repository, models.CASCADE, related_name="codeowners", db_index=False)
    name = models.TextField()
    path = models.CharField(max_length=50, blank=True)
    file = models.ForeignKey(CodeownersFile, models.PROTECT, null=True)
    changed_at = models.DateTimeField(help_text="When it was seen to have this one first.")

    class Meta:
        verbose_name_plural = "codeowners branches"
        constraints = (models.UniqueConstraint(fields=("repository", "name"), name="codeowners_branch_once"),)

    def __str__(self) -> str:
        return f"{self.name}:{self.path}"


class Ownership(models.Model):
    """The code owners of a pull request's changes, and what they were computed from: base, head and CODEOWNERS file.

    They are computed again when one of the three changes. GitHub is asked for the changed paths only when the head
    changes.
    """

    pull_request = models.OneToOneField(PullRequest, models.CASCADE, related_name="ownership")
    base = models.TextField()
    head_sha = models.CharField(max_length=64)
    paths = models.JSONField(default=list)
    paths_known = models.BooleanField(default=False, help_text="They are not read while nobody could own them.")
    truncated = models.BooleanField(default=False, help_text="GitHub lists only some of the changed files.")
    oid = models.CharField(max_length=64, blank=True, help_text="The blob id of CODEOWNERS; empty without one.")
    owners = models.JSONField(default=list, help_text="As the document shows them.")
    note = models.TextField(blank=True, help_text="What is not known of them, in words.")

    def __str__(self) -> str:
        return f"{len(self.owners)} owners at {self.head_sha[:7]}"
