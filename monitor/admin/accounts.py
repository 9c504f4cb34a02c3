"""Users and groups in the admin, so that a team lead can add people without becoming, or making, a superuser."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from monitor.accounts import profile
from monitor.accounts.password_forms import SetTheirPasswordForm
from monitor.admin.forms import AccountForm
from monitor.admin.github_lookups import AsksWhoseLogin, say_unchecked
from monitor.admin.permissions import RIGHTS, WithinReach, groups_to_give, may_change
from monitor.admin.read_only import TakesAlong

_STOCK: Any = UserAdmin.fieldsets

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PeopleAdmin(AsksWhoseLogin, WithinReach, TakesAlong, UserAdmin):
    """Accounts: members are for leads to change; rights, and who has them, for superusers (`reach`)."""

    form = AccountForm
    change_password_form = SetTheirPasswordForm
    change_user_password_template = "admin/set_password.html"  # noqa: S105 - a page
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
            person = profile.write_profile(obj, form.checked.columns, by_lead=True)
            say_unchecked(self, request, person)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        if told := getattr(form, "told", ""):  # a password was set, and tokens revoked with it
            self.message_user(request, told, messages.SUCCESS)
        return super().construct_change_message(request, form, formsets, add)

    def within_reach(self, request: HttpRequest, row: User) -> bool:
        return may_change(request.user, row.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *RIGHTS)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = groups_to_give(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Group)
class GroupsAdmin(WithinReach, GroupAdmin):
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

    def within_reach(self, request: HttpRequest, row: Group) -> bool:
        return groups_to_give(request.user).filter(pk=row.pk).exists()
