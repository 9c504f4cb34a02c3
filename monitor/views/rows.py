"""One row by its own address: what the page's script fetches when a frame says that it changed."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from monitor import queries
from monitor.models import PullRequest
from monitor.search import SearchError
from monitor.views.listing import Listing
from monitor.views.page import zone_of
from monitor.views.shown import rows_for

KINDS_READ = 20


@require_safe
@login_required
def row(request: HttpRequest, owner: str, name: str, number: int) -> HttpResponse:
    """The row's HTML, or 204 where the pull request is not (or no longer) in the list that asks, or not for this reader."""
    found, listing = _find(request, owner, name, number)
    if found is None or listing is None:
        return HttpResponse(status=204)
    viewer = queries.viewer_for(request.user)
    kinds = request.GET.get("changed", "").split(",")[:KINDS_READ]
    rows = rows_for(request.user, [found], viewer, [kind for kind in kinds if kind], listing.parting)
    context = {"row": rows[0], "short": listing.short}
    with timezone.override(zone_of(request.user)):
        response = render(request, "monitor/_row.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _find(request: HttpRequest, owner: str, name: str, number: int) -> tuple[PullRequest | None, Listing | None]:
    """The pull request as one of the list that asks, and that list; None where it is not in it."""
    try:
        repository = queries.repository_for(request.user, owner, name)
        listing = Listing.named(request.GET, request.user)
        found = listing.pull_requests(request.user).filter(repository=repository, number=number)
        return found.select_related("repository").first(), listing
    except (queries.RepositoryNotFound, SearchError):
        return None, None
