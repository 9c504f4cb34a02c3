"""The tokens GitHub knows: added, expired, revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from monitor.demo.server.credentials import AccessToken
from monitor.demo.world.world import World


class Tokens:
    """Token text → credential."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        self.world, self.now = world, now
        self.by_token: dict[str, AccessToken] = {}

    def add(self, token: str, login: str, **grants: Any) -> AccessToken:
        credential = AccessToken(token, login, **grants)
        self.world.account(login)
        self.by_token[token] = credential
        return credential

    def revoke(self, token: str) -> None:
        """From now on: 401."""
        self.by_token.pop(token, None)

    def find(self, token: str | None) -> AccessToken | None:
        """The credential, if the token is known and has not expired."""
        credential = self.by_token.get(token or "")
        if credential is None or (credential.expires_at is not None and credential.expires_at <= self.now()):
            return None
        return credential
