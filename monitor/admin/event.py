"""The event log in the admin: what changed and for whom it was. To look at, not to change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from monitor.admin.read_only import KeptAdmin, as_text
from monitor.models import Event, EventSequence


@admin.register(Event)
class EventAdmin(KeptAdmin):
    """One row per pull request and look."""

    list_display = ("id", "pull_request", "update_type", "kinds", "title", "occurred_at", "at")
    list_filter = ("update_type", "at", "repository")
    search_fields = ("title", "repository__full_name", "=pull_request__number", "=id")
    list_select_related = ("pull_request__repository",)
    ordering = ("-id",)
    exclude = ("changes", "audience", "turn")
    readonly_fields = ("what_changed", "for_whom", "whose_turn")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).defer("pull_request__document", "pull_request__snapshot")

    @admin.display(description="changes")
    def kinds(self, row: Event) -> str:
        """The kinds of change."""
        return ", ".join(str(change["kind"]) for change in row.changes)

    @admin.display(description="changes")
    def what_changed(self, row: Event) -> SafeString:
        """The changes as indented JSON."""
        return as_text(row.changes)

    @admin.display(description="for whom it was")
    def for_whom(self, row: Event) -> SafeString:
        """Roles and names before and after the change together."""
        return as_text(row.audience)

    @admin.display(description="whose turn it was then")
    def whose_turn(self, row: Event) -> SafeString:
        """The turns after the change."""
        return as_text(row.turn)


@admin.register(EventSequence)
class EventSequenceAdmin(KeptAdmin):
    """The head of the log."""

    list_display = ("last", "pruned")
