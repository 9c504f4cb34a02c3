"""The dashboard: every open pull request of the repositories one watches, what concerns one first."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from monitor import queries
from monitor.saved_views import BUILT_IN
from monitor.search import SearchError
from monitor.views.limits import limit_for
from monitor.views.listing import Listing, Shown, shown
from monitor.views.page import page
from monitor.views.sync import Sync, sync_of


@require_safe
@vary_on_headers("Accept")
def dashboard(request: HttpRequest) -> HttpResponse:
    """For browsers the dashboard; for programs, who and what this is, without sign-in."""
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse({"name": "prmonitor", "version": settings.VERSION, "docs": "/docs"})
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    # The cursor is read before the rows: what happens in between is sent again rather than missed.
    context: dict[str, Any] = {"after": queries.head()}
    watched = list(queries.repositories_for(request.user))
    sync = sync_of(watched)
    listing = replace(Listing.asked(request.GET), short=len({row.owner.lower() for row in watched}) == 1)
    context |= {"listing": listing, "sync": sync, "limit": limit_for()}
    try:
        list_ = shown(request.user, listing.pull_requests(request.user), request.GET.get("page", ""))
    except SearchError as error:
        return page(request, "monitor/dashboard.html", {**context, "search_error": str(error)}, status=422)
    known = queries.viewer_for(request.user).login is not None
    context |= {"list": list_, "empty": _empty(list_, listing, sync), "login_known": known}
    return page(request, "monitor/dashboard.html", context)


def _empty(list_: Shown, listing: Listing, sync: Sync) -> str:
    """Which of the empty pages; none where there are rows."""
    if list_.total:
        return ""
    if not sync.total:
        return "unwatched"
    if listing.state or listing.q not in {"", BUILT_IN[0].q}:
        return "unmatched"
    if sync.all_broken:
        return "broken"
    return "syncing" if sync.pending else "nothing"
