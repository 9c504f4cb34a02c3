"""Stores what GitHub says about a token or an App installation: its owner, scopes and expiry."""

from django.db import models


class Credential(models.Model):
    """The result of a credential's last check: what the credential may read, and when it expires."""

    identity = models.CharField(max_length=100, unique=True)
    login = models.CharField(max_length=100, blank=True)
    scopes = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True)
    message = models.TextField(blank=True, help_text="What it may not read, in words; empty when nothing is missing.")
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.login or self.identity
