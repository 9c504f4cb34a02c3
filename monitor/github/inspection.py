"""Looks at a credential: who it is, what it was granted, and what it therefore may not read, in words for people.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.github import documents
from monitor.github.answers import Credential
from monitor.github.call import Call
from monitor.github.credentials import InstallationKey, Key
from monitor.github.errors import Forbidden, Unauthorized
from monitor.github.replies import Reply

_TEAM_SCOPES = {"read:org", "write:org", "admin:org"}
_NO_TEAMS = "Teams cannot be read: their members stay unknown, and requests to them unseen"
_NO_CHECKS = "The state of checks cannot be read: CI shows as unknown"
_PERMISSIONS = {
    "metadata": "Repositories cannot be seen",
    "pull_requests": "Pull requests of private repositories cannot be read",
    "contents": "CODEOWNERS files cannot be read",
    "checks": _NO_CHECKS,
    "statuses": "Commit statuses cannot be read: CI may show as unknown",
    "members": _NO_TEAMS,
}


def inspect(identity: str, key: Key, call: Call, pull_request: str | None, team: str | None) -> Credential:
    """Ask GitHub what it thinks of us; the samples (a pull request's node id, `org/slug`) are tried out as well."""
    if isinstance(key, InstallationKey):
        return _installation(identity, key, call)
    reply = call.ask(documents.viewer(), {})
    login = str((reply.data.get("viewer") or {}).get("login") or "")
    notes = _tried(call, pull_request, team)
    expires = _expiry(reply.headers.get("github-authentication-token-expiration", ""))
    granted = reply.headers.get("x-oauth-scopes")
    if granted is None:
        # GitHub has no way to ask what a fine-grained token was granted: only trying tells.
        return Credential(identity, "fine-grained token", login, (), (), expires, tuple(notes), call.cost)
    scopes = tuple(scope.strip() for scope in granted.split(",") if scope.strip())
    missing = dict(_lacking(scopes))
    notes = list(dict.fromkeys([*missing.values(), *notes]))
    return Credential(identity, "classic token", login, scopes, tuple(missing), expires, tuple(notes), call.cost)


def _lacking(scopes: tuple[str, ...]) -> list[tuple[str, str]]:
    """The scopes that are missing, each with what cannot be read for want of it."""
    found = []
    if "repo" not in scopes:
        found.append(("repo", "Private repositories cannot be read: the token lacks the scope repo."))
    if not _TEAM_SCOPES.intersection(scopes):
        found.append(("read:org", f"{_NO_TEAMS}: the token lacks the scope read:org."))
    return found


def _tried(call: Call, pull_request: str | None, team: str | None) -> list[str]:
    notes = []
    if pull_request:
        reply = call.speak(documents.checks, {"ids": [pull_request]})
        if any("statusCheckRollup" in problem.path for problem in reply.problems):
            notes.append(f"{_NO_CHECKS}. A fine-grained token needs the permission Commit statuses.")
    if team and not _reads_team(call, team):
        notes.append(f"{_NO_TEAMS}. A fine-grained token needs the organization permission Members.")
    return notes


def _reads_team(call: Call, team: str) -> bool:
    organization, _, slug = team.partition("/")
    try:
        reply: Reply = call.ask(documents.team(), {"org": organization, "slug": slug, "after": None})
    except Forbidden:
        return False
    return not any(problem.forbidden for problem in reply.problems)


def _installation(identity: str, key: InstallationKey, call: Call) -> Credential:
    try:
        told: Mapping[str, Any] = key.describe()
    except LookupError:
        raise Unauthorized(f"The GitHub App is no longer installed (installation {key.installation}).") from None
    granted: Mapping[str, Any] = told.get("permissions") or {}
    missing = tuple(name for name in _PERMISSIONS if name not in granted)
    notes = [f"{_PERMISSIONS[name]}: the App lacks the permission {name} (read)." for name in missing]
    if told.get("suspended_at"):
        notes.insert(0, "The installation is suspended: GitHub answers none of its questions.")
    scopes = tuple(f"{name}:{access}" for name, access in sorted(granted.items()))
    login = str((told.get("account") or {}).get("login") or "")
    return Credential(identity, "app installation", login, scopes, missing, None, tuple(notes), call.cost)


def _expiry(text: str) -> datetime | None:
    """When a token ends; GitHub writes `2026-12-31 23:59:59 UTC`, or with an offset."""
    for shape in ("%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z"):
        try:
            found = datetime.strptime(text, shape)
        except ValueError:
            continue
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    return None
