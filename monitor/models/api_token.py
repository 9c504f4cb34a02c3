"""Stores API tokens as hashes; the text of a token is shown once, when it is created."""

import hashlib
import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

PREFIX = "prm_"


class ApiToken(models.Model):
    """A bearer token of one user. Its text has 256 random bits, so one round of SHA-256 protects it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False, help_text="How it begins, to tell tokens apart.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.hint}… {self.name}".strip()

    @classmethod
    def create_for(cls, user: object, name: str = "") -> tuple[Self, str]:
        """Creates a token of `user`; returns the token and its text, which is not stored."""
        text = PREFIX + secrets.token_urlsafe(32)
        return cls.objects.create(user=user, name=name, digest=digest_of(text), hint=text[:8]), text

    @classmethod
    def revoke_all_of(cls, user: object) -> int:
        """Revokes all tokens of `user` permanently; returns how many."""
        return cls.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())


def digest_of(text: str) -> str:
    """The SHA-256 of a token's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
