"""Finds the user of a bearer token."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from monitor.database.prepared import prepared
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
    token: ApiToken | None = next(iter(_tokens_with_user(digest=digest_of(text))), None)
    if token is None:
        return None
    if _is_unnoted(token, timezone.now()):
        note_uses({text})
    return token.user


def note_uses(texts: Collection[str]) -> None:
    """Notes of all valid ones among these tokens that they are used now."""
    now = timezone.now()
    valid = _valid([digest_of(text) for text in texts]).only("last_used_at")
    unnoted = [token.pk for token in valid if _is_unnoted(token, now)]
    if unnoted:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
        ApiToken.objects.filter(long_ago, pk__in=unnoted).update(last_used_at=now)


@prepared
def _tokens_with_user(*, digest: str) -> QuerySet[ApiToken]:
    return _valid([digest]).select_related("user")


def _valid(digests: Collection[str]) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(digest__in=digests, revoked_at=None, user__is_active=True)


def _is_unnoted(token: ApiToken, now: datetime) -> bool:
    return token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY
