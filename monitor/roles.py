"""Why a pull request concerns a login: roles, audiences, and what a subscription's filters let through."""

from collections.abc import Collection, Iterable, Mapping

from monitor.events import Filter, Role
from monitor.snapshot import Snapshot

NAME_LENGTH = 200  # of a login, or a team's `org/slug`: GitHub has none so long
Roles = Mapping[str, Collection[str]]  # role -> names in lower case

_BEHIND: dict[str, tuple[str, ...]] = {
    Filter.AUTHOR: (Role.AUTHOR,),
    Filter.ASSIGNED: (Role.ASSIGNED,),
    Filter.REVIEW_REQUESTED: (Role.REVIEW_REQUESTED, Role.TEAM_REQUESTED),
    Filter.CODE_OWNER: (Role.CODE_OWNER,),
}


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
    if not login:
        return []
    names = {login, *teams}
    personal = {Role.AUTHOR, Role.ASSIGNED, Role.REVIEW_REQUESTED, Role.REVIEWED}
    return [role for role in Role if ({login} if role in personal else names) & set(roles.get(role, ()))]


def passes(filters: Collection[str], roles: Roles, login: str | None, teams: Collection[str] = ()) -> bool:
    """Whether a subscription with `filters` lets a pull request with `roles` through to this person."""
    if Filter.ALL in filters:
        return True
    mine = set(roles_of(roles, login, teams))
    return any(mine & set(_BEHIND[name]) for name in filters if name in _BEHIND)


def merged(before: Roles, after: Roles) -> dict[str, list[str]]:
    """Roles before ∪ after, sorted: for whom a change was."""
    return {
        role: sorted({*before.get(role, ()), *after.get(role, ())})
        for role in Role
        if before.get(role) or after.get(role)
    }
