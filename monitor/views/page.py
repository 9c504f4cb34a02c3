"""One page: a template rendered in the reader's time zone, with what every page shows around it."""

import zoneinfo
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from monitor.models import Person
from monitor.views.listing import waiting_for

THEMES = ("light", "dark")


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """`template` for a signed-in reader. Nothing between us and the browser may keep it."""
    with timezone.override(zone_of(request.user)):
        response = render(request, template, {**_around(request, context or {}), **(context or {})}, status=status)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def zone_of(user: Any) -> zoneinfo.ZoneInfo:
    """The person's time zone; the server's where none is set, or the database of zones has lost it."""
    name = Person.objects.filter(user=user.pk).values_list("time_zone", flat=True).first()
    try:
        return zoneinfo.ZoneInfo(name or settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)


def theme_of(request: HttpRequest) -> str:
    """`light`, `dark`, or empty for what the system says."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def _around(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    return {
        "here": getattr(request.resolver_match, "url_name", ""),
        "theme": theme_of(request),
        "keys_off": request.COOKIES.get("keys") == "off",
        "waiting": context["waiting"] if "waiting" in context else waiting_for(request.user),
    }
