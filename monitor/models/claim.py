"""Stores claims: “I'm on it”, by which one person takes the review of a pull request for CLAIM_HOURS."""

from django.db import models

from monitor.models.pull_request import PullRequest


class Claim(models.Model):
    """One person has said “I'm on it”; the claim ends when they review, release it, or `until` is past."""

    pull_request = models.OneToOneField(PullRequest, models.CASCADE, related_name="claim")
    login = models.CharField(max_length=100, help_text="As GitHub spells it.")
    since = models.DateTimeField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.login} is on it"
