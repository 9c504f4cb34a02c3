"""Whose account, profile and tokens somebody may change in the admin, and which groups they give: decided here, once.

A team lead changes members and themselves. Rights, and whoever has any, are for superusers: who changes the credentials of
an account can act as that account.
"""

from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from monitor.queries import AnyUser

# Of an account: what gives rights. Groups do as well, see `groups_to_give`.
RIGHTS = ("is_staff", "is_superuser", "user_permissions")


def beyond(actor: AnyUser) -> QuerySet[User]:
    """The users whose account, profile and tokens `actor` may not change.

    For all but superusers: superusers, staff, and whoever has a permission, by a group too. Accounts that are asleep
    count like the others.
    """
    if actor.is_superuser:
        return User.objects.none()
    has_rights = Q(is_superuser=True) | Q(is_staff=True) | Q(user_permissions__isnull=False)
    by_group = Q(groups__permissions__isnull=False)
    return User.objects.filter(has_rights | by_group).exclude(pk=actor.pk)


def may_change(actor: AnyUser, user_id: int | None) -> bool:
    """Whether `actor` may change what belongs to a user; None is nobody's yet."""
    return user_id is None or not beyond(actor).filter(pk=user_id).exists()


def groups_to_give(actor: AnyUser) -> QuerySet[Group]:
    """The groups that `actor` may put people into, rename and delete: those that carry no right."""
    return Group.objects.all() if actor.is_superuser else Group.objects.filter(permissions__isnull=True)


class WithinReach:
    """For a `ModelAdmin`: rows beyond reach are there to look at; no page and no action changes or deletes them."""

    def within_reach(self, request: HttpRequest, row: Any) -> bool:
        """Whether the one who asks may change this row."""
        raise NotImplementedError

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)  # type: ignore[misc]
        return bool(allowed) and (obj is None or self.within_reach(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)  # type: ignore[misc]
        return bool(allowed) and (obj is None or self.within_reach(request, obj))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Django's own, with what is beyond reach among the protected: the action of the list deletes nothing then."""
        listed, counts, needed, protected = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        beyond_reach = [str(row) for row in objs if not self.within_reach(request, row)]
        return listed, counts, needed, [*protected, *beyond_reach]
