"""The dashboard: a view or a search over the repositories one watches; what waits for one, if nothing else is asked for."""

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
from monitor.views.listing import Listing
from monitor.views.navigation import navigation_for
from monitor.views.outline import nothing_since
from monitor.views.page import page
from monitor.views.shown import Shown, shown
from monitor.views.sync import Sync, sync_of

ALL_OPEN = "is:open"


@require_safe
@vary_on_headers("Accept")
def dashboard(request: HttpRequest) -> HttpResponse:
    """For browsers the dashboard; for programs, who and what this is, without sign-in."""
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse({"name": "prmonitor", "version": settings.VERSION, "docs": "/docs"})
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if known := nothing_since(request):
        return known
    # The cursor is read before the rows: what happens in between is sent again rather than missed.
    context: dict[str, Any] = {"after": queries.head()}
    watched = list(queries.repositories_for(request.user))
    sync = sync_of(watched)
    login_known = queries.viewer_for(request.user).login is not None
    nav = navigation_for(request.user)
    # Nothing can wait for somebody unknown: they begin with all there is.
    listing = Listing.asked(request.GET, usual=nav.home.q if login_known or not nav.home.built_in else ALL_OPEN)
    listing = replace(listing, short=len({row.owner.lower() for row in watched}) == 1)
    context |= {
        "listing": listing,
        "sync": sync,
        "limit": limit_for(),
        "nav": nav.at(listing.q),
        "login_known": login_known,
    }
    context |= {"all_open": listing.q in {"", ALL_OPEN} and not listing.state}
    try:
        list_ = shown(request.user, listing, request.GET.get("page", ""))
    except SearchError as error:
        return page(request, "monitor/dashboard.html", {**context, "search_error": str(error)}, status=422)
    unknown_me = not login_known and listing.query.asks_who_reads
    empty = "unmatched" if unknown_me and sync.total else _empty(list_, listing, sync)
    context |= {"list": list_, "empty": empty, "unknown_me": unknown_me}
    return page(request, "monitor/dashboard.html", context)


def _empty(list_: Shown, listing: Listing, sync: Sync) -> str:
    """Which of the empty pages; none where there are rows."""
    if list_.total:
        return ""
    if not sync.total:
        return "unwatched"
    if listing.state or listing.q not in {"", ALL_OPEN, BUILT_IN[0].q}:
        return "unmatched"
    if sync.all_paused:
        return "paused"
    if sync.all_broken:
        return "broken"
    return "syncing" if sync.pending else "nothing"
