"""The filters of a subscription: which pull requests of a watched repository a user hears about.

Called by `queries/access`, which decides who gets an event. Depends on no setting: a subscription stores its filters.
"""

from collections.abc import Collection
from enum import StrEnum

from monitor.rules.roles import Role, Roles, TurnRole, concerns


class Filter(StrEnum):
    """What a subscription lets through."""

    ALL = "all"
    AUTHOR = "author"
    ASSIGNED = "assigned"
    REVIEW_REQUESTED = "review_requested"  # of the user or a team of theirs; also when it is their turn as a reviewer
    USER_REVIEW_REQUESTED = "user_review_requested"  # of the user directly: what their teams are asked is left out
    CODE_OWNER = "code_owner"


DEFAULT_FILTERS: tuple[str, ...] = (Filter.AUTHOR, Filter.ASSIGNED, Filter.REVIEW_REQUESTED, Filter.CODE_OWNER)

_ROLES_BY_FILTER: dict[str, tuple[str, ...]] = {
    Filter.AUTHOR: (Role.AUTHOR, TurnRole.AUTHOR),
    Filter.ASSIGNED: (Role.ASSIGNED, TurnRole.AUTHOR),
    Filter.REVIEW_REQUESTED: (Role.REVIEW_REQUESTED, Role.TEAM_REQUESTED, TurnRole.REVIEWER),
    Filter.USER_REVIEW_REQUESTED: (Role.REVIEW_REQUESTED,),
    Filter.CODE_OWNER: (Role.CODE_OWNER,),
}


def passes(filters: Collection[str], roles: Roles, login: str | None, teams: Collection[str] = ()) -> bool:
    """Whether a subscription with `filters` lets a pull request through to this person.

    `roles` are the pull request's roles and turns; `login` and `teams` (`org/slug`) are the person's, in lower case.
    """
    if Filter.ALL in filters:
        return True
    return any(concerns(roles, role, login, teams) for name in filters for role in _ROLES_BY_FILTER.get(name, ()))
