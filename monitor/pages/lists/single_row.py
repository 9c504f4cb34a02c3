"""The view of a single row: the page's script fetches the row when the WebSocket says that the pull request changed."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from monitor import queries
from monitor.models import PullRequest
from monitor.pages.lists.list_page import rows_for
from monitor.pages.lists.listing import Listing
from monitor.pages.render_page import time_zone_of
from monitor.rules.search import SearchError

MAX_CHANGED_KINDS = 20


@require_safe
@login_required
def row(request: HttpRequest, owner: str, name: str, number: int) -> HttpResponse:
    """The HTML of the row; 204 if the pull request is not (or no longer) in the list, or the reader may not see it."""
    viewer = queries.viewer_for(request.user)
    found, listing = _find(request, viewer, owner, name, number)
    if found is None or listing is None:
        return HttpResponse(status=204)
    changed = request.GET.get("changed", "").split(",")[:MAX_CHANGED_KINDS]
    rows = rows_for(request.user, [found], viewer, [kind for kind in changed if kind], listing.grouping)
    context = {"rows": rows, "hide_owner": listing.hide_owner}
    with timezone.override(time_zone_of(request.user)):
        response = render(request, "monitor/_single_row.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _find(
    request: HttpRequest, viewer: queries.Viewer, owner: str, name: str, number: int
) -> tuple[PullRequest | None, Listing | None]:
    """The pull request and the list that the address names; None if the list does not hold the pull request."""
    try:
        repository = queries.repository_for(request.user, owner, name)
        listing = Listing.from_row_query(request.GET, request.user)
        if not listing.search_for(request.user, viewer).has(repository, number):
            return None, None
        found = repository.pull_requests.filter(number=number).first()
        if found is not None:
            found.repository = repository
        return found, listing
    except (queries.RepositoryNotFound, SearchError):
        return None, None
