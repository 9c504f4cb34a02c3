"""The credentials for GitHub: a personal token, an App's private key, or an installation's token, renewed hourly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from monitor.github.errors import Unauthorized

if TYPE_CHECKING:
    from github.Auth import Auth

# A token is renewed this long before its end: enough for a request in progress and for small clock differences.
EARLY = timedelta(minutes=5)
LONG_AGO = datetime.fromtimestamp(0, UTC)
Issue = Callable[[], tuple[str, datetime]]


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A personal access token, classic or fine-grained."""

    token: str = field(repr=False)

    def auth(self) -> Auth:
        from github.Auth import Token

        if not self.token.isascii() or any(sign.isspace() for sign in self.token):
            raise Unauthorized("GITHUB_TOKEN is no token: it has spaces or letters that tokens never have.")
        return Token(self.token)


@dataclass(frozen=True, slots=True)
class AppKey:
    """A GitHub App with its id (or client id) and private key.

    https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
    """

    app_id: str
    private_key: str = field(repr=False)

    def auth(self) -> Auth:
        from github.Auth import AppAuth
        from jwt.exceptions import PyJWTError

        auth = AppAuth(self.app_id, self.private_key)
        try:
            auth.create_jwt()
        except (PyJWTError, ValueError, TypeError):
            raise Unauthorized("GITHUB_APP_PRIVATE_KEY is no private key in PEM form.") from None
        return auth


@dataclass(eq=False)
class InstallationKey:
    """An installation of the App. All threads share one token.

    `issue` fetches a new token; `describe` fetches GitHub's description of the installation.
    """

    installation: int
    issue: Issue = field(repr=False)
    describe: Callable[[], dict[str, Any]] = field(repr=False)
    _token: str = field(default="", repr=False)
    _ends: datetime = field(default=LONG_AGO, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def auth(self) -> Auth:
        return _installation_auth(self)

    @property
    def token(self) -> str:
        """A token that is valid for some minutes more. One thread renews the token while the other threads wait."""
        with self._lock:
            if datetime.now(UTC) > self._ends - EARLY:
                self._token, self._ends = self.issue()
            return self._token

    def drop_token(self) -> None:
        """Drops a token that GitHub refused (revoked, or this clock is wrong): the next request fetches a new one."""
        with self._lock:
            self._token, self._ends = "", LONG_AGO


Key = TokenKey | AppKey | InstallationKey


def _installation_auth(key: InstallationKey) -> Auth:
    from github.Auth import Auth

    # PyGithub's own class keeps one token per object and renews the token without a lock.
    class InstallationAuth(Auth):
        @property
        def token_type(self) -> str:
            return "token"

        @property
        def token(self) -> str:
            return key.token

        @property
        def _masked_token(self) -> str:
            return "token (removed)"

    return InstallationAuth()
