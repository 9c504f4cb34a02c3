"""The page of one repository: its pull requests, how far it is read, and the reader's filters."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from monitor import queries
from monitor.models import Repository
from monitor.pages.lists.list_page import list_page
from monitor.pages.lists.listing import STATES, Listing
from monitor.pages.page_refresh import not_modified_since
from monitor.pages.render_page import render_page
from monitor.pages.repositories.forms import FiltersForm
from monitor.pages.repositories.polling_progress import polling_progress
from monitor.rules.search import SearchError


def find_repository(request: HttpRequest, owner: str, name: str) -> Repository:
    """The repository, if the reader may see it. Errors: Http404."""
    try:
        return queries.repository_for(request.user, owner, name)
    except queries.RepositoryNotFound as error:
        raise Http404(str(error)) from error


@require_safe
@login_required
def repository(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """The page of a repository that the reader may see, watched or not."""
    after = queries.latest_event_id()
    found = find_repository(request, owner, name)
    return not_modified_since(request, found) or repository_response(request, found, after)


def repository_response(
    request: HttpRequest, found: Repository, after: int, form: FiltersForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """Renders the page. `after` is the cursor of events that the page continues from; `form` is one with errors."""
    listing = Listing.from_query(request.GET, found)
    filters = queries.filters_for(request.user, [found.pk]).get(found.pk)
    context: dict[str, Any] = {
        "after": after,
        "repository": found,
        "listing": listing,
        "states": STATES,
        "progress": polling_progress([found]),
        "filters": filters,
        "stats": queries.stats_for(request.user, [found.pk])[found.pk],
        "form": form or FiltersForm(initial={"filters": filters} if filters else None),
    }
    try:
        list_ = list_page(request.user, listing, request.GET.get("page", ""))
    except SearchError as error:
        return render_page(request, "monitor/repository.html", {**context, "search_error": str(error)}, status=422)
    context |= {"list": list_, "empty_state": _empty_state(found, listing, list_.total)} | more
    return render_page(request, "monitor/repository.html", context, status=status)


def _empty_state(found: Repository, listing: Listing, total: int) -> str:
    if total:
        return ""
    if found.paused and not (listing.q or listing.state):
        return "paused"
    if found.status in {Repository.Status.ERROR, Repository.Status.INACCESSIBLE}:
        return "broken"
    if found.first_read_at is None:
        return "syncing"
    return "unmatched" if listing.q or listing.state else "nothing"
