"""Renders a page: its template in the reader's time zone and theme, with the menu that every page has."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from monitor.accounts.profile import person_of
from monitor.pages.menu import menu_for
from monitor.pages.page_refresh import requested_part, with_etag
from monitor.queries.time_zones import zone_named

THEMES = ("light", "dark")


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Renders `template` for a signed-in reader: the whole page, or the part that the page's script asks for.

    Shared caches may not store the page.
    """
    user: Any = request.user
    reader = person_of(user)
    part = requested_part(request)
    with timezone.override(zone_named(reader.time_zone)):
        context = _common_context(request) | {"reader": reader, "part": part} | (context or {})
        # The dashboard passes its own menu, which marks the current view.
        menu = context.get("menu") or menu_for(request.user)
        response = render(request, template, context | {"menu": menu}, status=status)
    patch_cache_control(response, private=True, no_cache=True)
    return with_etag(request, response) if part else response


def time_zone_of(user: Any) -> ZoneInfo:
    """The person's time zone; the server's if none is set, or if the time zone database no longer has it."""
    return zone_named(person_of(user).time_zone)


def theme_of(request: HttpRequest) -> str:
    """`light` or `dark`; empty for the setting of the operating system."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def _common_context(request: HttpRequest) -> dict[str, Any]:
    return {
        "url_name": getattr(request.resolver_match, "url_name", ""),
        "layout": "refreshed_parts.html" if requested_part(request) else "page_with_menu.html",
        "theme": theme_of(request),
        "keys_off": request.COOKIES.get("keys") == "off",
    }
