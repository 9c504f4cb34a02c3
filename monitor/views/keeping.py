"""Keeping a search as a view of one's own, opening with it, and letting it go."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from monitor import saved_views
from monitor.search import SearchError
from monitor.views.sending import takes_form


@takes_form(lambda **_: reverse("dashboard"))
def keep(request: HttpRequest) -> HttpResponse:
    """Keeps the search `q` under `name`, and goes back to it."""
    user: Any = request.user
    name, q = request.POST.get("name", "").strip()[:100], request.POST.get("q", "").strip()
    try:
        if not name or not q or "\0" in name + q:
            raise SearchError("a view has a name and a search")
        saved_views.keep_view(user, name, q)
    except (SearchError, saved_views.ViewNameTaken, saved_views.TooManyViews) as error:
        messages.error(request, f"Not kept: {str(error).rstrip('.')}.")
    else:
        messages.success(request, f"Kept as “{name}”.")
    return redirect(f"/?{urlencode({'q': q})}")


@takes_form(lambda **_: reverse("dashboard"))
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets one of the reader's own views."""
    user: Any = request.user
    if not saved_views.drop_view(user, pk):
        raise Http404("you have no such view")
    messages.success(request, "The view is gone; the pull requests are not.")
    return redirect("dashboard")


@takes_form(lambda **_: reverse("dashboard"))
def open_with(request: HttpRequest, view: str) -> HttpResponse:
    """Makes a view what the dashboard opens with: one of the reader's own, or the first built-in one again."""
    user: Any = request.user
    first = view == saved_views.BUILT_IN[0].id
    if not first and not re.fullmatch(r"[0-9]{1,18}", view):
        raise Http404("you have no such view")
    if not saved_views.open_with(user, None if first else int(view)):
        raise Http404("you have no such view")
    messages.success(request, "The dashboard opens with this view.")
    return redirect("dashboard")
