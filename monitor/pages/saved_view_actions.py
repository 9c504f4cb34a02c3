"""The forms about saved views: save a search as a view, delete a view, make a view the default of the dashboard."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from monitor.actions import saved_views
from monitor.pages.view_decorators import form_action
from monitor.rules.search import SearchError


@form_action(lambda **_: reverse("dashboard"))
def keep_view(request: HttpRequest) -> HttpResponse:
    """Saves the search `q` as a view called `name`, and shows the view."""
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


@form_action(lambda **_: reverse("dashboard"))
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes one of the reader's own views."""
    user: Any = request.user
    if not saved_views.drop_view(user, pk):
        raise Http404("you have no such view")
    messages.success(request, "The view is gone; the pull requests are not.")
    return redirect("dashboard")


@form_action(lambda **_: reverse("dashboard"))
def set_default_view(request: HttpRequest, view: str) -> HttpResponse:
    """Makes a view the one that the dashboard opens with: one of the reader's own, or again the first built-in one."""
    user: Any = request.user
    is_first = view == saved_views.BUILT_IN[0].id
    if not is_first and not re.fullmatch(r"[0-9]{1,18}", view):
        raise Http404("you have no such view")
    if not saved_views.set_default_view(user, None if is_first else int(view)):
        raise Http404("you have no such view")
    messages.success(request, "The dashboard opens with this view.")
    return redirect("dashboard")
