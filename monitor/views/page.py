"""One page: a template rendered in the reader's time zone, with what every page shows around it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from monitor.models import Person
from monitor.profile import person_of
from monitor.time_zones import zone_named
from monitor.views.navigation import navigation_for
from monitor.views.outline import part_of, unless_known

THEMES = ("light", "dark")
View = Callable[..., HttpResponse]


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """`template` for a signed-in reader: all of it, or what its script asks for again. Nothing in between may keep it."""
    user: Any = request.user
    reader = person_of(user)
    part = part_of(request)
    with timezone.override(zone_named(reader.time_zone)):
        context = _around(request) | {"reader": reader, "part": part} | (context or {})
        # A page that is about views brings them along.
        nav = context.get("nav") or navigation_for(request.user)
        response = render(request, template, context | {"nav": nav}, status=status)
    patch_cache_control(response, private=True, no_cache=True)
    return unless_known(request, response) if part else response


def signed_in(view: View) -> View:
    """Like `login_required`; a part of a page that is fetched by itself gets the whole page led to the door instead."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request") and not request.user.is_authenticated:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return login_required(view)(request, *args, **kwargs)

    return guarded


def zone_of(user: Any) -> ZoneInfo:
    """The person's time zone; the server's where none is set, or the database of zones has lost it."""
    return zone_named(Person.objects.filter(user=user.pk).values_list("time_zone", flat=True).first())


def theme_of(request: HttpRequest) -> str:
    """`light`, `dark`, or empty for what the system says."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def _around(request: HttpRequest) -> dict[str, Any]:
    return {
        "here": getattr(request.resolver_match, "url_name", ""),
        "shell": "part.html" if part_of(request) else "shell.html",
        "theme": theme_of(request),
        "keys_off": request.COOKIES.get("keys") == "off",
    }
