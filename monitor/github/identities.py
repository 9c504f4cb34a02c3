"""Which clients there are: the token's user, or one for each installation of the App, found by the owner it is for."""

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
from monitor.github.dialect import dialects
from monitor.github.parse.fields import moment

logger = logging.getLogger(__name__)
# Installations come and go; a new owner is looked for at once, but not more often than this.
LASTING_SECONDS = 600
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class _Known:
    """The clients of one configuration, by owner in lower case ("" for a token's), and when they were found."""

    clients: dict[str, Client]
    at: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        return time.monotonic() - self.at


_known: dict[tuple[str, ...], _Known] = {}


def clients() -> list[Client]:
    """Every identity we have; raises `GitHubError` when GitHub has to be asked for them and does not answer."""
    return list(_clients().values())


def client_for(owner: str | None = None, *, within: int | None = None) -> Client:
    """The client for an owner's repositories; any, where none is closer (public ones can be read by all).

    `within`: seconds that it, and finding it, waits for each of GitHub's answers at most.

    Raises `GitHubError` as `clients` does, and `Forbidden` for an App that is installed nowhere.
    """
    name = (owner or "").lower()
    found = _clients(unless_in=name, within=within)
    if not found:
        raise Forbidden("The GitHub App is not installed anywhere yet: install it for an organization on GitHub.")
    client = found.get(name) or next(iter(found.values()))
    return client.within(within) if within else client


def forget() -> None:
    """Look everything up again at the next need: identities, installations, and what they may not read."""
    _known.clear()
    dialects.forget()


def _clients(unless_in: str = "", within: int | None = None) -> dict[str, Client]:
    key = _configuration()
    known = _known.get(key)
    if known is None:
        known = _known[key] = _look_up(within)
    elif _app_id() and (known.age > LASTING_SECONDS or _stale_for(unless_in, known)):
        known = _known[key] = _looked_up_again(known, within)
    return known.clients


def _look_up(within: int | None) -> _Known:
    return _Known(_installations(within) if _app_id() else _token_client(within))


def _looked_up_again(known: _Known, within: int | None) -> _Known:
    """The installations of now, sharing tokens with those we had; the old ones while GitHub does not answer."""
    try:
        fresh = _look_up(within)
    except (Unavailable, RateLimited) as error:
        logger.warning("The App's installations could not be looked up again: %s", error)
        return _Known(known.clients)
    had = {client.identity: client for client in known.clients.values()}
    return _Known({owner: had.get(client.identity, client) for owner, client in fresh.clients.items()})


def _stale_for(owner: str, known: _Known) -> bool:
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
    """A new token of an installation, and when it ends.

    https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
    """
    try:
        issued: Any = app.rest("POST", f"/app/installations/{installation}/access_tokens", {})
    except LookupError:
        raise Unauthorized(f"The GitHub App is no longer installed (installation {installation}).") from None
    token, ends = issued.get("token"), moment(issued.get("expires_at"))
    if not token or ends is None:
        raise Unavailable("GitHub issued no token for the App's installation.")
    return str(token), min(ends, datetime.max.replace(tzinfo=UTC))
