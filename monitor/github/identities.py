"""Finds the client for an owner's repositories: the token's user, or the installation of the App on that owner."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.conf import settings

from monitor.github import documents
from monitor.github.client import Client, Forbidden, NotConfigured, RateLimited, Unauthorized, Unavailable
from monitor.github.connection import Connection
from monitor.github.credentials import AppKey, InstallationKey, TokenKey
from monitor.github.dialect import dialect_cache
from monitor.github.parse.fields import timestamp

logger = logging.getLogger(__name__)
# The list of installations is read again after LASTING_SECONDS; for an owner without an installation already after
# PATIENCE_SECONDS.
LASTING_SECONDS = 600
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class _ClientCache:
    """The clients of one configuration by owner in lower case ("" for a token), and the time when they were found."""

    clients: dict[str, Client]
    at: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        return time.monotonic() - self.at


_caches: dict[tuple[str, ...], _ClientCache] = {}


def clients() -> list[Client]:
    """One client per identity. Raises `GitHubError` if GitHub must be asked for the identities and does not answer."""
    return list(_clients().values())


def client_for(owner: str | None = None, *, within: int | None = None) -> Client:
    """The client for an owner's repositories; for other owners any client, because all can read public repositories.

    `within`: the most seconds to wait for each answer of GitHub, for the client and for finding it.

    Raises `GitHubError` as `clients` does, and `Forbidden` if the App is installed nowhere.
    """
    name = (owner or "").lower()
    found = _clients(unless_in=name, within=within)
    if not found:
        raise Forbidden("The GitHub App is not installed anywhere yet: install it for an organization on GitHub.")
    client = found.get(name) or next(iter(found.values()))
    return client.within(within) if within else client


def forget_identities() -> None:
    """Drops what is remembered about identities, installations and dialects; the next use asks GitHub again."""
    _caches.clear()
    dialect_cache.forget()


def _clients(unless_in: str = "", within: int | None = None) -> dict[str, Client]:
    key = _configuration()
    known = _caches.get(key)
    if known is None:
        known = _caches[key] = _look_up(within)
    elif _app_id() and (known.age > LASTING_SECONDS or _must_look_for(unless_in, known)):
        known = _caches[key] = _look_up_again(known, within)
    return known.clients


def _look_up(within: int | None) -> _ClientCache:
    return _ClientCache(_installations(within) if _app_id() else _token_client(within))


def _look_up_again(known: _ClientCache, within: int | None) -> _ClientCache:
    """The current installations; known ones keep their tokens. While GitHub does not answer, the known ones stay."""
    try:
        fresh = _look_up(within)
    except (Unavailable, RateLimited) as error:
        logger.warning("The App's installations could not be looked up again: %s", error)
        return _ClientCache(known.clients)
    had = {client.identity: client for client in known.clients.values()}
    return _ClientCache({owner: had.get(client.identity, client) for owner, client in fresh.clients.items()})


def _must_look_for(owner: str, known: _ClientCache) -> bool:
    return bool(owner) and owner not in known.clients and known.age > PATIENCE_SECONDS


def _configuration() -> tuple[str, ...]:
    return (settings.GITHUB_API_URL, settings.GITHUB_TOKEN, _app_id(), settings.GITHUB_APP_PRIVATE_KEY)


def _app_id() -> str:
    return str(settings.GITHUB_APP_ID or "")


def _connection(key: TokenKey | AppKey | InstallationKey, within: int | None = None) -> Connection:
    return Connection(settings.GITHUB_API_URL, key, f"prmonitor/{settings.VERSION}", within)


def _token_client(within: int | None) -> dict[str, Client]:
    if not settings.GITHUB_TOKEN:
        raise NotConfigured("There is no GITHUB_TOKEN and no GitHub App: GitHub cannot be asked.")
    key = TokenKey(settings.GITHUB_TOKEN)
    viewer = _connection(key, within).graphql(documents.viewer(), {}).data.get("viewer")
    login = viewer.get("login") if isinstance(viewer, dict) else None
    if not login:
        raise Unavailable("GitHub does not say whose token this is.")
    return {"": Client(f"user:{login}", _connection(key))}


def _installations(within: int | None) -> dict[str, Client]:
    key = AppKey(_app_id(), settings.GITHUB_APP_PRIVATE_KEY)
    app, asked = _connection(key), _connection(key, within)
    found: dict[str, Client] = {}
    for page in range(1, 100):
        entries = asked.rest("GET", f"/app/installations?per_page=100&page={page}")
        for entry in entries if isinstance(entries, list) else ():
            if not entry.get("suspended_at"):
                owner = str((entry.get("account") or {}).get("login") or "").lower()
                found[owner] = _installation_client(app, int(entry["id"]))
        if not isinstance(entries, list) or len(entries) < 100:
            return found
    return found


def _installation_client(app: Connection, installation: int) -> Client:
    describe = partial(app.rest, "GET", f"/app/installations/{installation}")
    key = InstallationKey(installation, partial(_issue, app, installation), describe)
    return Client(f"installation:{installation}", _connection(key))


def _issue(app: Connection, installation: int) -> tuple[str, datetime]:
    """A new token of an installation, and the time when the token ends.

    https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
    """
    try:
        issued: Any = app.rest("POST", f"/app/installations/{installation}/access_tokens", {})
    except LookupError:
        raise Unauthorized(f"The GitHub App is no longer installed (installation {installation}).") from None
    token, ends = issued.get("token"), timestamp(issued.get("expires_at"))
    if not token or ends is None:
        raise Unavailable("GitHub issued no token for the App's installation.")
    return str(token), min(ends, datetime.max.replace(tzinfo=UTC))
