"""Decides whom a pull request concerns, and in which roles: author, assignee, requested reviewer, code owner and so on.

Called by `recording/derived_values`, which stores the roles as `Involvement` rows, and by `queries` and
`rules/filters`, which read them. Depends on no setting.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from monitor.rules.snapshot import Snapshot

NAME_LENGTH = 200  # of a login, or of a team as `org/slug`: no name on GitHub is as long
Roles = Mapping[str, Collection[str]]  # `Role` or `TurnRole` -> logins and teams (`org/slug`), all in lower case


class Role(StrEnum):
    """Why a pull request concerns somebody. A name is a login, or `org/slug` for a team that is asked or owns code."""

    AUTHOR = "author"
    ASSIGNED = "assigned"
    REVIEW_REQUESTED = "review_requested"
    TEAM_REQUESTED = "team_requested"
    CODE_OWNER = "code_owner"
    REVIEWED = "reviewed"


class TurnRole(StrEnum):
    """As what it is somebody's turn. Stored beside the roles, and like them part of an event's audience.

    The name is a login, or a team (`org/slug`) if the members of the team are not known.
    """

    AUTHOR = "turn_author"
    REVIEWER = "turn_reviewer"


_IN_ORDER = tuple(Role)
_TEAM_ROLES = {Role.TEAM_REQUESTED, Role.CODE_OWNER}  # only in these does the name of a team stand for its members
_ALL = (*Role, *TurnRole)


def names_by_role(snapshot: Snapshot, code_owners: Iterable[str] = ()) -> dict[str, set[str]]:
    """Everybody a pull request concerns: role -> logins and teams (`org/slug`) in lower case.

    `code_owners` are written as in CODEOWNERS: `@login` or `@org/team`. Owners given by e-mail address are left out,
    because the login behind the address is not known, and so are names longer than `NAME_LENGTH`.
    """
    found: dict[str, set[str]] = {role: set() for role in Role}
    if snapshot.author:
        found[Role.AUTHOR].add(snapshot.author.lower())
    found[Role.ASSIGNED].update(login.lower() for login in snapshot.assignees)
    for asked in snapshot.review_requests:
        found[Role.TEAM_REQUESTED if asked.kind == "team" else Role.REVIEW_REQUESTED].add(asked.name.lower())
    for owner in code_owners:
        if owner.startswith("@") and len(owner) <= NAME_LENGTH:
            found[Role.CODE_OWNER].add(owner[1:].lower())
    found[Role.REVIEWED].update(_reviewers(snapshot))
    return {role: names for role, names in found.items() if names}


def _reviewers(snapshot: Snapshot) -> set[str]:
    """The logins that reviewed or commented, without the author's."""
    logins = {review.reviewer for review in snapshot.reviews}
    logins |= {item.actor for item in snapshot.timeline if item.kind in {"reviewed", "commented"}}
    return {login.lower() for login in logins if login and login != snapshot.author}


def roles_of_person(roles: Roles, login: str | None, teams: Collection[str] = ()) -> list[str]:
    """The roles of one person, in the order of `Role`; `login` and `teams` (`org/slug`) are in lower case."""
    return [role for role in _IN_ORDER if role in roles and concerns(roles, role, login, teams)]


def concerns(roles: Roles, role: str, login: str | None, teams: Collection[str]) -> bool:
    """Whether the pull request concerns this person in `role`: by login, or by a team in a role that teams can have."""
    names = roles.get(role, ())
    return bool(login) and (login in names or (role in _TEAM_ROLES and any(team in names for team in teams)))


def merge_roles(before: Roles, after: Roles) -> dict[str, list[str]]:
    """The audience of a change: for each role and turn role, the names that had it before or have it after, sorted."""
    return {
        role: sorted({*before.get(role, ()), *after.get(role, ())})
        for role in _ALL
        if before.get(role) or after.get(role)
    }
