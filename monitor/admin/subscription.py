"""What users set up, in the admin: subscriptions, saved views, snoozes, claims."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from monitor.admin.forms import SubscriptionForm
from monitor.admin.read_only import KeptAdmin
from monitor.models import Claim, SavedView, Snooze, Subscription


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):
    """Who watches what; a lead may set a whole team up here."""

    form = SubscriptionForm
    list_display = ("user", "repository", "told_about", "created_at")
    list_filter = ("repository", "user")
    search_fields = ("user__username", "repository__full_name")
    list_select_related = ("user", "repository")
    autocomplete_fields = ("user", "repository")
    readonly_fields = ("created_at",)

    @admin.display(description="filters")
    def told_about(self, row: Subscription) -> str:
        """The filters in one line."""
        return ", ".join(row.filters)


@admin.register(SavedView)
class SavedViewAdmin(admin.ModelAdmin):
    """Searches people keep."""

    list_display = ("name", "user", "q", "default")
    list_filter = ("default", "user")
    search_fields = ("name", "q", "user__username")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)


class _AboutPullRequests(KeptAdmin):
    list_select_related = ("pull_request__repository",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("pull_request__document", "pull_request__snapshot")


@admin.register(Snooze)
class SnoozeAdmin(_AboutPullRequests):
    """What people put off; theirs to end."""

    list_display = ("pull_request", "user", "until", "until_event", "created_at")
    list_filter = ("until_event", "user")
    search_fields = ("user__username", "pull_request__repository__full_name", "=pull_request__number")


@admin.register(Claim)
class ClaimAdmin(_AboutPullRequests):
    """Who is on what."""

    list_display = ("pull_request", "login", "since", "until")
    search_fields = ("login", "pull_request__repository__full_name", "=pull_request__number")
