"""Who opened a socket, and whether what they showed still holds."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from monitor.authentication import user_of_bearer
from monitor.live.handshake import Handshake
from monitor.models import ApiToken
from monitor.models.api_token import digest_of


@dataclass(frozen=True, slots=True)
class Credential:
    """What a client showed: a session's key, or an API token's digest."""

    kind: Literal["session", "token"]
    key: str


def sign_in(handshake: Handshake) -> tuple[Credential, User] | None:
    """The active user behind a handshake; a bearer token goes before the cookie, a wrong one is nobody."""
    if handshake.bearer is not None:
        user = user_of_bearer(handshake.bearer)
        return (Credential("token", digest_of(handshake.bearer)), user) if user else None
    if handshake.session_key is None:
        return None
    credential = Credential("session", handshake.session_key)
    user = users_of([credential]).get(credential)
    return (credential, user) if user else None


def users_of(credentials: Collection[Credential]) -> dict[Credential, User]:
    """The active users behind credentials that hold: not signed out, expired or revoked, password not changed since.

    In at most three queries, however many there are: every heartbeat asks for all.
    """
    tokens = [credential.key for credential in credentials if credential.kind == "token"]
    sessions = [credential.key for credential in credentials if credential.kind == "session"]
    return {
        **{Credential("token", key): user for key, user in _by_token(tokens)},
        **{Credential("session", key): user for key, user in _by_session(sessions)},
    }


def _by_token(digests: list[str]) -> Iterable[tuple[str, User]]:
    if not digests:
        return []
    tokens = ApiToken.objects.filter(digest__in=digests, revoked_at=None, user__is_active=True)
    return [(token.digest, token.user) for token in tokens.select_related("user")]


def _by_session(keys: list[str]) -> list[tuple[str, User]]:
    if not keys:
        return []
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    sessions = {row.session_key: row.get_decoded() for row in rows}
    owners = {key: _owner(session) for key, session in sessions.items()}
    known = User.objects.filter(is_active=True).in_bulk({owner for owner in owners.values() if owner is not None})
    return [
        (key, known[owner])
        for key, owner in owners.items()
        if owner in known and _is_intact(sessions[key], known[owner])
    ]


def _owner(session: Mapping[str, Any]) -> int | None:
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    return int(session[SESSION_KEY])


def _is_intact(session: Mapping[str, Any], user: User) -> bool:
    """Whether the session was made with today's password.

    Only reads: where Django's own check finds an old key or password it rewrites or ends the session, and a socket
    could not tell the browser its new cookie.
    """
    shown = session.get(HASH_SESSION_KEY, "")
    return any(
        constant_time_compare(shown, valid)
        for valid in (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    )
