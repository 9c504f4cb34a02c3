"""GitHub Apps: sign-in by a signed token, installations, and the hourly tokens made for them.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.demo.server.timestamps import timestamp

PERMISSIONS = {"metadata": "read", "pull_requests": "read", "contents": "read", "checks": "read", "members": "read"}


@dataclass(eq=False)
class App:
    """An App with its public key (PEM) and its installations: id → the account it is installed on."""

    app_id: int
    public_key: str
    installations: dict[int, str]
    slug: str = "prmonitor"
    permissions: dict[str, str] = field(default_factory=lambda: dict(PERMISSIONS))
    tokens_made: int = 0

    def signed(self, token: str) -> bool:
        """Whether the token is ours: RS256 with our key, issued by our id, alive for ten minutes at most."""
        import jwt  # a heavy import that only App sign-in needs

        try:
            claims = jwt.decode(
                token, self.public_key, algorithms=["RS256"], options={"verify_aud": False, "verify_iss": False}
            )
        except jwt.InvalidTokenError:
            return False
        return str(claims.get("iss")) == str(self.app_id) and claims.get("exp", 0) <= time.time() + 660

    def described(self) -> dict[str, Any]:
        return {"id": self.app_id, "slug": self.slug, "name": self.slug, "permissions": self.permissions, "events": []}

    def installation(self, number: int) -> dict[str, Any]:
        login = self.installations[number]
        return {
            "id": number,
            "account": {"login": login, "id": number, "type": "Organization"},
            "app_id": self.app_id,
            "app_slug": self.slug,
            "target_type": "Organization",
            "repository_selection": "all",
            "permissions": self.permissions,
            "events": [],
            "suspended_at": None,
        }

    def find(self, login: str) -> int | None:
        """The installation on an account."""
        return next((number for number, on in self.installations.items() if on.lower() == login.lower()), None)

    def token_answer(self, token: str, until: datetime) -> dict[str, Any]:
        self.tokens_made += 1
        return {
            "token": token,
            "expires_at": timestamp(until),
            "permissions": self.permissions,
            "repository_selection": "all",
        }
