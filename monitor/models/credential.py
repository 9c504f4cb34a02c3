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
    single_sign_on = models.JSONField(
        default=dict, help_text="Organizations that want single sign-on for it: when GitHub last said so."
    )

    def __str__(self) -> str:
        return self.login or self.identity

    @property
    def single_sign_on_words(self) -> str:
        """Which organizations want single sign-on, and what to do; empty if none does."""
        if not self.single_sign_on:
            return ""
        names = ", ".join(sorted(self.single_sign_on))
        return f"Authorize the token for single sign-on on GitHub: {names}. Parts of their pull requests are left out."
