"""The page of the watched repositories: how far they are read, and the form to watch another one."""

from difflib import get_close_matches
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from monitor import queries
from monitor.actions.subscriptions import FiltersChanged, subscribe
from monitor.github.client import GitHubError
from monitor.pages.render_page import render_page
from monitor.pages.repositories.filter_conflict import filter_conflict, parse_filters
from monitor.pages.repositories.forms import SubscribeForm
from monitor.pages.repositories.github_rate_limit import github_rate_limit
from monitor.pages.repositories.polling_progress import polling_progress
from monitor.pages.repositories.watch_messages import watched_message
from monitor.pages.view_decorators import login_required_or_refresh, redirect_by_header
from monitor.pages.wording.plain_text import as_sentence
from monitor.quotas.repository_quotas import TooManyQuestions, WatchesEnough

MAX_KNOWN = 200


@redirect_by_header
@require_http_methods(["GET", "HEAD", "POST"])
@login_required_or_refresh
def repositories(request: HttpRequest) -> HttpResponse:
    """The list of watched repositories. A POST of its form watches another repository."""
    if request.method != "POST":
        return _page(request, SubscribeForm(initial={"repository": request.GET.get("repository", "")}))
    form = SubscribeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    full_name, filters = form.cleaned_data["repository"], form.cleaned_data["filters"]
    seen = parse_filters(request.POST.get("seen", ""))
    try:
        subscription, created = subscribe(request.user, full_name, filters, seen)
    except FiltersChanged as error:
        return _page(request, form, conflict=filter_conflict(error.subscription, filters), status=409)
    except (queries.RepositoryNotFound, WatchesEnough, TooManyQuestions, GitHubError) as error:
        form.add_error("repository", as_sentence(str(error)))
        return _page(request, form, suggestion=_suggestion(request.user, full_name), status=422)
    message = watched_message(request.user, subscription.repository, created=created, same=not seen)
    messages.success(request, message)
    return redirect("repositories")


def _page(request: HttpRequest, form: SubscribeForm, *, status: int = 200, **more: Any) -> HttpResponse:
    watched = list(queries.repositories_for(request.user))
    ids = [row.pk for row in watched]
    stats, filters = queries.stats_for(request.user, ids), queries.filters_for(request.user, ids)
    context: dict[str, Any] = {
        "form": form,
        "progress": polling_progress(watched),
        "rate_limit": github_rate_limit(),
        "known": queries.visible_to(request.user).exclude(pk__in=ids).order_by("full_name")[:MAX_KNOWN],
        "watched": [(row, stats.get(row.pk, {}), filters.get(row.pk, [])) for row in watched],
    }
    return render_page(request, "monitor/repositories.html", context | more, status=status)


def _suggestion(user: queries.AnyUser, full_name: str) -> str:
    """The full name of the repository that the reader may have meant; empty if none that they may see is similar."""
    names = {name.lower(): name for name in queries.visible_to(user).values_list("full_name", flat=True)[:5000]}
    found = get_close_matches(full_name.lower(), names, n=1, cutoff=0.75)
    return names[found[0]] if found else ""
