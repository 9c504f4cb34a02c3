"""Reports on a credential for people: whose it is, what GitHub granted, and what the credential may not read.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.github import documents
from monitor.github.answers import CredentialReport
from monitor.github.credentials import InstallationKey, Key
from monitor.github.errors import Forbidden, Unauthorized
from monitor.github.query_session import QuerySession
from monitor.github.response_reader import GraphQLResult

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


def inspect_credential(
    identity: str, key: Key, session: QuerySession, pull_request: str | None, team: str | None
) -> CredentialReport:
    """Asks GitHub about the credential. Also tries to read the samples (a pull request's node id, `org/slug`)."""
    if isinstance(key, InstallationKey):
        return _inspect_installation(identity, key, session)
    result = session.query(documents.viewer(), {})
    login = str((result.data.get("viewer") or {}).get("login") or "")
    notes = _notes_of_attempts(session, pull_request, team)
    expires = _parse_expiry(result.headers.get("github-authentication-token-expiration", ""))
    granted = result.headers.get("x-oauth-scopes")
    if granted is None:
        # GitHub does not tell the permissions of a fine-grained token: only an attempt to read shows them.
        return CredentialReport(identity, "fine-grained token", login, (), (), expires, tuple(notes), session.cost)
    scopes = tuple(scope.strip() for scope in granted.split(",") if scope.strip())
    missing = dict(_missing_scopes(scopes))
    notes = list(dict.fromkeys([*missing.values(), *notes]))
    return CredentialReport(
        identity, "classic token", login, scopes, tuple(missing), expires, tuple(notes), session.cost
    )


def _missing_scopes(scopes: tuple[str, ...]) -> list[tuple[str, str]]:
    """The missing scopes, each with what prmonitor cannot read without the scope."""
    found = []
    if "repo" not in scopes:
        found.append(("repo", "Private repositories cannot be read: the token lacks the scope repo."))
    if not _TEAM_SCOPES.intersection(scopes):
        found.append(("read:org", f"{_NO_TEAMS}: the token lacks the scope read:org."))
    return found


def _notes_of_attempts(session: QuerySession, pull_request: str | None, team: str | None) -> list[str]:
    notes = []
    if pull_request:
        result = session.query_in_dialect(documents.checks, {"ids": [pull_request]})
        if any("statusCheckRollup" in problem.path for problem in result.problems):
            notes.append(f"{_NO_CHECKS}. A fine-grained token needs the permission Commit statuses.")
    if team and not _can_read_team(session, team):
        notes.append(f"{_NO_TEAMS}. A fine-grained token needs the organization permission Members.")
    return notes


def _can_read_team(session: QuerySession, team: str) -> bool:
    organization, _, slug = team.partition("/")
    try:
        result: GraphQLResult = session.query(documents.team(), {"org": organization, "slug": slug, "after": None})
    except Forbidden:
        return False
    return not any(problem.forbidden for problem in result.problems)


def _inspect_installation(identity: str, key: InstallationKey, session: QuerySession) -> CredentialReport:
    try:
        description: Mapping[str, Any] = key.describe()
    except LookupError:
        raise Unauthorized(f"The GitHub App is no longer installed (installation {key.installation}).") from None
    granted: Mapping[str, Any] = description.get("permissions") or {}
    missing = tuple(name for name in _PERMISSIONS if name not in granted)
    notes = [f"{_PERMISSIONS[name]}: the App lacks the permission {name} (read)." for name in missing]
    if description.get("suspended_at"):
        notes.insert(0, "The installation is suspended: GitHub answers none of its questions.")
    scopes = tuple(f"{name}:{access}" for name, access in sorted(granted.items()))
    login = str((description.get("account") or {}).get("login") or "")
    return CredentialReport(identity, "app installation", login, scopes, missing, None, tuple(notes), session.cost)


def _parse_expiry(text: str) -> datetime | None:
    """The time when a token ends. GitHub writes `2026-12-31 23:59:59 UTC`, or the time with an offset."""
    for shape in ("%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z"):
        try:
            found = datetime.strptime(text, shape)
        except ValueError:
            continue
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    return None
