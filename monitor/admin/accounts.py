"""Users and groups in the admin, so that a team lead can add people without becoming, or making, a superuser."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from monitor import profile
from monitor.admin.asking import AsksWhoseLogin, say_unchecked
from monitor.admin.checking import AccountForm
from monitor.admin.kept import TakesAlong

_STOCK: Any = UserAdmin.fieldsets

admin.site.unregister(User)
admin.site.unregister(Group)


def _names(permissions: Any) -> set[str]:
    return {f"{label}.{codename}" for label, codename in permissions.values_list("content_type__app_label", "codename")}


def _within_reach(request: HttpRequest, user: User) -> bool:
    """Nobody changes an account that may do more than their own."""
    if request.user.is_superuser:
        return True
    return not user.is_superuser and _rights(user) <= request.user.get_all_permissions()


def _rights(user: User) -> set[str]:
    """What the account may do once it is active: Django's own answer for one that is put to sleep is nothing."""
    return _names(Permission.objects.filter(Q(user=user.pk) | Q(group__user=user.pk)))


@admin.register(User)
class PeopleAdmin(AsksWhoseLogin, TakesAlong, UserAdmin):
    """Superuser status and single permissions are for superusers to give; groups, as far as one's own rights go."""

    form = AccountForm
    fieldsets = (
        *_STOCK[:2],
        ("On GitHub", {"fields": ("github_login",)}),
        *_STOCK[2:],
    )
    list_display = ("username", "first_name", "last_name", "github_login", "is_active", "is_staff", "last_login")
    list_select_related = ("person",)
    search_fields = (*UserAdmin.search_fields, "person__github_login")

    @admin.display(description="GitHub login", ordering="person__github_login")
    def github_login(self, user: User) -> str:
        """From the person behind the user."""
        return (user.person.github_login if hasattr(user, "person") else "") or ""

    def login_of(self, row: User | None) -> str | None:
        return profile.person_of(row).github_login if row else None

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "github_login" in form.changed_data and request.user.has_perm("monitor.change_person"):
            person = profile.write_profile(obj, form.checked.columns)
            say_unchecked(self, request, person)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or _within_reach(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or _within_reach(request, obj))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups" and not request.user.is_superuser:
            mine = request.user.get_all_permissions()
            groups = Group.objects.prefetch_related("permissions__content_type")
            kwargs["queryset"] = Group.objects.filter(
                pk__in=[group.pk for group in groups if _names(group.permissions) <= mine]
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Group)
class GroupsAdmin(GroupAdmin):
    """Groups are what private repositories are shared with; only superusers hand out rights by them."""

    list_display = ("name", "members", "shared")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        counts = {
            "member_count": Count("user", distinct=True),
            "repository_count": Count("repositories", distinct=True),
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(ordering="member_count")
    def members(self, group: Any) -> int:
        """How many users are in it."""
        return int(group.member_count)

    @admin.display(description="private repositories shared with it", ordering="repository_count")
    def shared(self, group: Any) -> int:
        """How many repositories it may see."""
        return int(group.repository_count)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("name", "permissions") if request.user.is_superuser else ("name",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._within_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._within_reach(request, obj)

    @staticmethod
    def _within_reach(request: HttpRequest, group: Any) -> bool:
        if group is None or request.user.is_superuser:
            return True
        return _names(group.permissions) <= request.user.get_all_permissions()
