"""The repositories one watches: how reading goes, and watching one more."""

from difflib import get_close_matches
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from monitor import queries
from monitor.forms import SubscribeForm
from monitor.github.client import GitHubError
from monitor.subscribing import OtherFilters, subscribe
from monitor.views.limits import limit_for
from monitor.views.page import page, signed_in
from monitor.views.sending import tells_scripts
from monitor.views.sync import sync_of
from monitor.views.texts import sentence
from monitor.views.watching import asked, seen_in, watched_words
from monitor.watch_limits import TooManyQuestions, WatchesEnough

KNOWN_SHOWN = 200


@tells_scripts
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def repositories(request: HttpRequest) -> HttpResponse:
    """The list; a POST of the form above it watches one more."""
    if request.method != "POST":
        return _page(request, SubscribeForm(initial={"repository": request.GET.get("repository", "")}))
    form = SubscribeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    full_name, filters = form.cleaned_data["repository"], form.cleaned_data["filters"]
    seen = seen_in(request.POST.get("seen", ""))
    try:
        subscription, created = subscribe(request.user, full_name, filters, seen)
    except OtherFilters as error:
        return _page(request, form, asked=asked(error.subscription, filters), status=409)
    except (queries.RepositoryNotFound, WatchesEnough, TooManyQuestions, GitHubError) as error:
        form.add_error("repository", sentence(str(error)))
        return _page(request, form, near=_near(request.user, full_name), status=422)
    words = watched_words(request.user, subscription.repository, created=created, same=not seen)
    messages.success(request, words)
    return redirect("repositories")


def _page(request: HttpRequest, form: SubscribeForm, *, status: int = 200, **more: Any) -> HttpResponse:
    watched = list(queries.repositories_for(request.user))
    ids = [row.pk for row in watched]
    stats, filters = queries.stats_for(request.user, ids), queries.filters_for(request.user, ids)
    context: dict[str, Any] = {
        "form": form,
        "sync": sync_of(watched),
        "limit": limit_for(),
        "known": queries.visible_to(request.user).exclude(pk__in=ids).order_by("full_name")[:KNOWN_SHOWN],
        "watched": [(row, stats.get(row.pk, {}), filters.get(row.pk, [])) for row in watched],
    }
    return page(request, "monitor/repositories.html", context | more, status=status)


def _near(user: queries.AnyUser, full_name: str) -> str:
    """The repository the reader may have meant, of those they may see."""
    names = {name.lower(): name for name in queries.visible_to(user).values_list("full_name", flat=True)[:5000]}
    found = get_close_matches(full_name.lower(), names, n=1, cutoff=0.75)
    return names[found[0]] if found else ""
