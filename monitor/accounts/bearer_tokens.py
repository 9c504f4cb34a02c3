"""Finds the user of a bearer token."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from monitor.models import ApiToken
from monitor.models.api_token import digest_of

# Each write takes SQLite's single write lock, so the use of a token is noted only once per ten minutes.
NOTED_EVERY = timedelta(minutes=10)


def bearer_in(header: str) -> str | None:
    """The token of an `Authorization` header; None when the header is empty or has another scheme."""
    scheme, _, text = header.partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def user_of_bearer(text: str) -> User | None:
    """The active user behind a token that was not revoked, or None. Notes when the token was last used."""
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest_of(text), revoked_at=None, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    _note_use(token)
    return token.user


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at < NOTED_EVERY:
        return
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
    ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
