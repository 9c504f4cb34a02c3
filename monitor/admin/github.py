"""GitHub in the admin: the rest of the rate limit, what each credential may read, and when parts last ran."""

from django.contrib import admin

from monitor.admin.read_only import KeptAdmin
from monitor.models import Credential, Heartbeat, RateLimit, WebhookDelivery


@admin.register(RateLimit)
class RateLimitAdmin(KeptAdmin):
    """How much of GitHub's rate limit is left in this hour."""

    list_display = (
        "identity",
        "resource",
        "remaining",
        "limit",
        "spent",
        "reset_at",
        "blocked_until",
        "message",
        "updated_at",
    )
    list_filter = ("resource",)
    search_fields = ("identity",)


@admin.register(Heartbeat)
class HeartbeatAdmin(KeptAdmin):
    """When each part of prmonitor last reported that it works."""

    list_display = ("name", "at", "failing_since", "message")


@admin.register(Credential)
class CredentialAdmin(KeptAdmin):
    """How far each credential reads, in words."""

    list_display = ("identity", "login", "message", "wants_single_sign_on", "expires_at", "checked_at")
    search_fields = ("identity", "login")

    @admin.display(description="Single sign-on")
    def wants_single_sign_on(self, row: Credential) -> str:
        return row.single_sign_on_words


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(KeptAdmin):
    """The webhook deliveries of GitHub, and whether the worker has handled each of them."""

    list_display = ("received_at", "event", "action", "done_at", "attempts", "error", "delivery")
    list_filter = ("event", ("done_at", admin.EmptyFieldListFilter))
    search_fields = ("delivery",)
    date_hierarchy = "received_at"
