"""API tokens in the admin: whose, how old, last used; to revoke, never to read or to make for somebody else."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from monitor.admin.permissions import beyond
from monitor.admin.read_only import KeptAdmin
from monitor.models import ApiToken


@admin.register(ApiToken)
class ApiTokenAdmin(KeptAdmin):
    """People make tokens in their profile: a token made for somebody else would be that somebody."""

    list_display = ("user", "name", "hint", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "last_used_at", "user")
    search_fields = ("user__username", "name", "hint")
    list_select_related = ("user",)
    fields = ("user", "name", "hint", "created_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whether the user may revoke other people's tokens."""
        return request.user.has_perm("monitor.change_apitoken")

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, rows: QuerySet[ApiToken]) -> None:
        """Revokes the chosen tokens at once and permanently."""
        within = rows.exclude(user__in=beyond(request.user))
        if left := rows.count() - within.count():
            self.message_user(
                request, f"{left} of people with rights of their own: a superuser has to revoke them.", messages.WARNING
            )
        count = within.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(request, f"{count} revoked.", messages.SUCCESS if count else messages.WARNING)
