"""Which user opened a socket, and whether the session or token of the socket is still valid."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from monitor.accounts.bearer_tokens import note_uses
from monitor.live.handshake import Handshake
from monitor.models import ApiToken
from monitor.models.api_token import digest_of


@dataclass(frozen=True, slots=True)
class SocketCredential:
    """What a client signed in with: the key of a session, or the digest of an API token."""

    kind: Literal["session", "token"]
    key: str


def sign_in_all(handshakes: Sequence[Handshake]) -> list[tuple[SocketCredential, User] | None]:
    """The credential and the active user behind each handshake; None: the client has to sign in.

    A bearer token counts before the cookie, a wrong token too. The queries are at most five, however many handshakes.
    """
    note_uses({handshake.bearer for handshake in handshakes if handshake.bearer is not None})
    credentials = [_credential(handshake) for handshake in handshakes]
    users = users_by_credential({credential for credential in credentials if credential is not None})
    return [
        (credential, users[credential]) if credential is not None and credential in users else None
        for credential in credentials
    ]


def _credential(handshake: Handshake) -> SocketCredential | None:
    if handshake.bearer is not None:
        return SocketCredential("token", digest_of(handshake.bearer))
    return SocketCredential("session", handshake.session_key) if handshake.session_key is not None else None


def users_by_credential(credentials: Collection[SocketCredential]) -> dict[SocketCredential, User]:
    """The active users of the valid credentials: not signed out, not expired, not revoked, and no new password since.

    Every heartbeat asks for all sockets, so the function makes at most three queries, however many credentials it gets.
    """
    tokens = [credential.key for credential in credentials if credential.kind == "token"]
    sessions = [credential.key for credential in credentials if credential.kind == "session"]
    return {
        **{SocketCredential("token", key): user for key, user in _by_token(tokens)},
        **{SocketCredential("session", key): user for key, user in _by_session(sessions)},
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
    """Whether the session was made with the present password.

    This check only reads. Django's own check rewrites or ends a session with an old key or password, and a socket
    cannot send the new cookie to the browser.
    """
    session_hash = session.get(HASH_SESSION_KEY, "")
    return any(
        constant_time_compare(session_hash, valid)
        for valid in (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    )
