"""The admin pages of deliveries: what was sent, what was not and why, and an action that sends failed ones again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from monitor.background.schedules import run_now
from notifications.delivery import deliverer
from notifications.models import Delivery, Digest, Reader
from notifications.operations.schedules import DELIVER


class ReadOnly(admin.ModelAdmin):
    """Pages of rows that only the background tasks write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Reader)
class ReaderAdmin(ReadOnly):
    """How far the events have been read."""

    list_display = ("name", "position")


@admin.register(Digest)
class DigestAdmin(ReadOnly):
    """Who got a digest on which day, and why others did not."""

    list_display = ("day", "user", "state", "returned", "answer", "attempts", "ended_at")
    list_filter = ("state", "returned")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__person__github_login")
    date_hierarchy = "day"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    """What was sent, what was not, and why."""

    list_display = (
        "created_at",
        "pull_request",
        "recipient",
        "kind",
        "asked_name",
        "state",
        "rule",
        "reason",
        "answer",
        "due_at",
        "attempts",
    )
    list_filter = ("state", "kind", "rule", "transport", "created_at")
    list_select_related = ("pull_request__repository",)
    search_fields = ("recipient", "asked_name", "pull_request__repository__full_name", "pull_request__number")
    date_hierarchy = "created_at"
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        large = ("pull_request__snapshot", "pull_request__document")
        return super().get_queryset(request).select_related("pull_request__repository").defer(*large)

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Who may have failed deliveries sent again."""
        return request.user.has_perm("notifications.change_delivery")

    @admin.action(description="Send again (failed ones, and those kept out of a channel)", permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Makes the chosen deliveries due at once. A suppression rule may still keep them from being sent."""
        now = timezone.now()
        again = deliverer.send_again(queryset, now)
        run_now(DELIVER)
        self.message_user(request, f"{again} will be sent again.", messages.SUCCESS if again else messages.WARNING)
