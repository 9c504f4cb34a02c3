"""GitHub itself in the admin: what it still allows, what the credential may read, signs of life."""

from django.contrib import admin

from monitor.admin.kept import KeptAdmin
from monitor.models import Credential, Heartbeat, RateLimit, WebhookDelivery


@admin.register(RateLimit)
class RateLimitAdmin(KeptAdmin):
    """How much may still be asked this hour."""

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
    """Who was last seen alive when."""

    list_display = ("name", "at", "failing_since", "message")


@admin.register(Credential)
class CredentialAdmin(KeptAdmin):
    """How far each credential reads, in words."""

    list_display = ("identity", "login", "message", "expires_at", "checked_at")
    search_fields = ("identity", "login")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(KeptAdmin):
    """What GitHub told us to look at, and whether somebody has looked."""

    list_display = ("received_at", "event", "action", "done_at", "attempts", "error", "delivery")
    list_filter = ("event", ("done_at", admin.EmptyFieldListFilter))
    search_fields = ("delivery",)
    date_hierarchy = "received_at"
