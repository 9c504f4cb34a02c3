"""Why a pull request concerns a login: roles, audiences, and what a subscription's filters let through."""

from collections.abc import Collection, Iterable, Mapping

from monitor.events import Awaited, Filter, Role
from monitor.snapshot import Snapshot

NAME_LENGTH = 200  # of a login, or a team's `org/slug`: GitHub has none so long
Roles = Mapping[str, Collection[str]]  # role, or whose turn it is as what -> names in lower case

_BEHIND: dict[str, tuple[str, ...]] = {
    Filter.AUTHOR: (Role.AUTHOR, Awaited.AUTHOR),
    Filter.ASSIGNED: (Role.ASSIGNED, Awaited.AUTHOR),
    Filter.REVIEW_REQUESTED: (Role.REVIEW_REQUESTED, Role.TEAM_REQUESTED, Awaited.REVIEWER),
    Filter.CODE_OWNER: (Role.CODE_OWNER,),
}
_OF_TEAMS = {Role.TEAM_REQUESTED, Role.CODE_OWNER}  # a team's name concerns its members in these alone
_ALL = (*Role, *Awaited)


def roles_in(snapshot: Snapshot, code_owners: Iterable[str] = ()) -> dict[str, set[str]]:
    """Everybody a pull request concerns: role -> lower-case logins and teams (`org/slug`).

    `code_owners` are owners as CODEOWNERS writes them (`@login`, `@org/team`); e-mail owners concern no login, and names
    longer than any on GitHub nobody.
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
    """Who reviewed or commented, the author's own answers apart."""
    spoke = {review.reviewer for review in snapshot.reviews}
    spoke |= {item.actor for item in snapshot.timeline if item.kind in {"reviewed", "commented"}}
    return {login.lower() for login in spoke if login and login != snapshot.author}


def roles_of(roles: Roles, login: str | None, teams: Collection[str] = ()) -> list[str]:
    """The roles of one person, in the order of `Role`; `login` and `teams` (`org/slug`) in lower case."""
    return [role for role in Role if _concerns(roles, role, login, teams)]


def _concerns(roles: Roles, role: str, login: str | None, teams: Collection[str]) -> bool:
    names = roles.get(role, ())
    return bool(login) and (login in names or (role in _OF_TEAMS and any(team in names for team in teams)))


def passes(filters: Collection[str], roles: Roles, login: str | None, teams: Collection[str] = ()) -> bool:
    """Whether a subscription with `filters` lets a pull request with `roles` and turns through to this person."""
    if Filter.ALL in filters:
        return True
    return any(_concerns(roles, role, login, teams) for name in filters for role in _BEHIND.get(name, ()))


def merged(before: Roles, after: Roles) -> dict[str, list[str]]:
    """Roles and turns before ∪ after, sorted: for whom a change was."""
    return {
        role: sorted({*before.get(role, ()), *after.get(role, ())})
        for role in _ALL
        if before.get(role) or after.get(role)
    }
