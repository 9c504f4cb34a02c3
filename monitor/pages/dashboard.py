"""The dashboard: the pull requests of a view or search, over all repositories that the reader watches."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from monitor import queries
from monitor.actions.saved_views import BUILT_IN
from monitor.pages.lists.list_page import ListPage, list_page
from monitor.pages.lists.listing import Listing
from monitor.pages.menu import menu_for
from monitor.pages.page_refresh import not_modified_since
from monitor.pages.render_page import render_page
from monitor.pages.repositories.github_rate_limit import github_rate_limit
from monitor.pages.repositories.polling_progress import PollingProgress, polling_progress
from monitor.rules.search import SearchError

ALL_OPEN = "is:open"


@require_safe
@vary_on_headers("Accept")
def dashboard(request: HttpRequest) -> HttpResponse:
    """The dashboard for browsers; for other clients the name and version of prmonitor as JSON, without sign-in."""
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse({"name": "prmonitor", "version": settings.VERSION, "docs": "/docs"})
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not_modified := not_modified_since(request):
        return not_modified
    # The cursor is read before the rows, so that an event in between is sent twice rather than missed.
    context: dict[str, Any] = {"after": queries.latest_event_id()}
    watched = list(queries.repositories_for(request.user))
    progress = polling_progress(watched)
    viewer = queries.viewer_for(request.user)
    login_known = viewer.login is not None
    menu = menu_for(request.user)
    # Nothing can wait for a reader whose GitHub login is not known, so their dashboard opens with all open ones.
    default_q = menu.default.q if login_known or not menu.default.built_in else ALL_OPEN
    listing = Listing.from_query(request.GET, default_q=default_q)
    listing = replace(listing, hide_owner=len({row.owner.lower() for row in watched}) == 1)
    context |= {
        "listing": listing,
        "progress": progress,
        "rate_limit": github_rate_limit(),
        "menu": menu.with_current(listing.q),
        "login_known": login_known,
    }
    context |= {"all_open": listing.q in {"", ALL_OPEN} and not listing.state}
    try:
        list_ = list_page(request.user, listing, request.GET.get("page", ""), viewer)
    except SearchError as error:
        return render_page(request, "monitor/dashboard.html", {**context, "search_error": str(error)}, status=422)
    unknown_me = not login_known and listing.search.needs_viewer_login
    empty_state = "unmatched" if unknown_me and progress.total else _empty_state(list_, listing, progress)
    context |= {"list": list_, "empty_state": empty_state, "unknown_me": unknown_me}
    return render_page(request, "monitor/dashboard.html", context)


def _empty_state(list_: ListPage, listing: Listing, progress: PollingProgress) -> str:
    """Why the list is empty, which decides what the page says instead; an empty text if there are rows."""
    if list_.total:
        return ""
    if not progress.total:
        return "unwatched"
    if listing.state or listing.q not in {"", ALL_OPEN, BUILT_IN[0].q}:
        return "unmatched"
    if progress.all_paused:
        return "paused"
    if progress.all_broken:
        return "broken"
    return "syncing" if progress.pending else "nothing"
