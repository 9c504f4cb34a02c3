"""One repository: how reading goes, its pull requests, and what one wants to hear of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from monitor import queries
from monitor.forms import FiltersForm
from monitor.github.client import GitHubError
from monitor.models import Repository
from monitor.pausing import Paused
from monitor.search import SearchError
from monitor.subscribing import OtherFilters, TooSoon, refresh, subscribe, unsubscribe
from monitor.views.listing import STATES, Listing
from monitor.views.outline import nothing_since
from monitor.views.page import page
from monitor.views.sending import takes_form
from monitor.views.shown import shown
from monitor.views.sync import sync_of
from monitor.views.texts import sentence
from monitor.views.watching import asked, pause_words, seen_in
from monitor.watch_limits import TooManyQuestions, WatchesEnough


def _find(request: HttpRequest, owner: str, name: str) -> Repository:
    try:
        return queries.repository_for(request.user, owner, name)
    except queries.RepositoryNotFound as error:
        raise Http404(str(error)) from error


@require_safe
@login_required
def repository(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """The page of any repository the reader may see, watched or not."""
    after = queries.head()
    found = _find(request, owner, name)
    return nothing_since(request, found) or _page(request, found, after)


def _page(
    request: HttpRequest, found: Repository, after: int, form: FiltersForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    listing = Listing.asked(request.GET, found)
    filters = queries.filters_for(request.user, [found.pk]).get(found.pk)
    context: dict[str, Any] = {
        "after": after,
        "repository": found,
        "listing": listing,
        "states": STATES,
        "sync": sync_of([found]),
        "filters": filters,
        "stats": queries.stats_for(request.user, [found.pk])[found.pk],
        "form": form or FiltersForm(initial={"filters": filters} if filters else None),
    }
    try:
        list_ = shown(request.user, listing, request.GET.get("page", ""))
    except SearchError as error:
        return page(request, "monitor/repository.html", {**context, "search_error": str(error)}, status=422)
    context |= {"list": list_, "empty": _empty(found, listing, list_.total)} | more
    return page(request, "monitor/repository.html", context, status=status)


def _empty(found: Repository, listing: Listing, total: int) -> str:
    if total:
        return ""
    if found.paused and not (listing.q or listing.state):
        return "paused"
    if found.status in {Repository.Status.ERROR, Repository.Status.INACCESSIBLE}:
        return "broken"
    if found.first_read_at is None:
        return "syncing"
    return "unmatched" if listing.q or listing.state else "nothing"


@takes_form(lambda owner, name: reverse("repository", args=(owner, name)))
def watch(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Subscribes, or replaces the filters."""
    found = _find(request, owner, name)
    form = FiltersForm(request.POST)
    if not form.is_valid():
        return _page(request, found, queries.head(), form, status=422)
    filters, seen = form.cleaned_data["filters"], seen_in(request.POST.get("seen"))
    try:
        _, created = subscribe(request.user, found.full_name, filters, seen)
    except OtherFilters as error:
        return _page(request, found, queries.head(), form, status=409, asked=asked(error.subscription, filters))
    except (queries.RepositoryNotFound, WatchesEnough, TooManyQuestions, GitHubError) as error:
        messages.error(request, sentence(str(error)))
    else:
        messages.success(request, f"You watch {found.full_name}." if created else "Filters saved.")
    return _back(found)


@takes_form(lambda owner, name: reverse("repository", args=(owner, name)))
def unwatch(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Ends the subscription."""
    found = _find(request, owner, name)
    if unsubscribe(request.user, found.full_name):
        messages.success(request, f"You no longer watch {found.full_name}.")
    return redirect("repositories")


@takes_form(lambda owner, name: reverse("repository", args=(owner, name)))
def look(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Has the repository looked at now."""
    found = _find(request, owner, name)
    try:
        refresh(request.user, found)
    except Paused:
        messages.info(
            request,
            f"{found.full_name} is {pause_words(request.user, found)}, so it is not looked at. A team lead can resume it.",
        )
    except TooSoon as error:
        messages.info(request, f"{found.full_name} was asked for a moment ago. Try again in {error.retry_after} s.")
    except TooManyQuestions as error:
        messages.info(request, sentence(str(error)))
    else:
        messages.success(request, f"{found.full_name} is looked at now.")
    return _back(found)


def _back(found: Repository) -> HttpResponse:
    return redirect("repository", owner=found.owner, name=found.name)
