"""The forms on the page of a repository: watch it with filters, stop watching it, poll it now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from monitor import queries
from monitor.actions.pauses import RepositoryPaused
from monitor.actions.subscriptions import FiltersChanged, RefreshTooSoon, refresh, subscribe, unsubscribe
from monitor.github.client import GitHubError
from monitor.github.rate_limit_budget import Blocked
from monitor.models import Repository
from monitor.pages.repositories.filter_conflict import filter_conflict, parse_filters
from monitor.pages.repositories.forms import FiltersForm
from monitor.pages.repositories.repository_page import find_repository, repository_response
from monitor.pages.repositories.watch_messages import pause_words
from monitor.pages.view_decorators import form_action
from monitor.pages.wording.plain_text import as_sentence
from monitor.quotas.repository_quotas import TooManyQuestions, WatchesEnough


@form_action(lambda owner, name: reverse("repository", args=(owner, name)))
def watch(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Subscribes the reader, or replaces the filters of the subscription."""
    found = find_repository(request, owner, name)
    form = FiltersForm(request.POST)
    if not form.is_valid():
        return repository_response(request, found, queries.latest_event_id(), form, status=422)
    filters, seen = form.cleaned_data["filters"], parse_filters(request.POST.get("seen"))
    try:
        _, created = subscribe(request.user, found.full_name, filters, seen)
    except FiltersChanged as error:
        return repository_response(
            request,
            found,
            queries.latest_event_id(),
            form,
            status=409,
            conflict=filter_conflict(error.subscription, filters),
        )
    except (queries.RepositoryNotFound, WatchesEnough, TooManyQuestions, GitHubError) as error:
        messages.error(request, as_sentence(str(error)))
    else:
        messages.success(request, f"You watch {found.full_name}." if created else "Filters saved.")
    return _to_repository_page(found)


@form_action(lambda owner, name: reverse("repository", args=(owner, name)))
def unwatch(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Ends the reader's subscription."""
    found = find_repository(request, owner, name)
    if unsubscribe(request.user, found.full_name):
        messages.success(request, f"You no longer watch {found.full_name}.")
    return redirect("repositories")


@form_action(lambda owner, name: reverse("repository", args=(owner, name)))
def poll_now(request: HttpRequest, owner: str, name: str) -> HttpResponse:
    """Polls the repository now."""
    found = find_repository(request, owner, name)
    try:
        refresh(request.user, found)
    except RepositoryPaused:
        paused = pause_words(request.user, found)
        messages.info(request, f"{found.full_name} is {paused}, so it is not looked at. A team lead can resume it.")
    except RefreshTooSoon as error:
        messages.info(request, f"{found.full_name} was asked for a moment ago. Try again in {error.retry_after} s.")
    except TooManyQuestions as error:
        messages.info(request, as_sentence(str(error)))
    except Blocked as error:
        seconds = max(1, round((error.until - timezone.now()).total_seconds()))
        again = f"It is asked again in {seconds} s, and {found.full_name} is looked at then."
        messages.info(request, f"{as_sentence(str(error))} {again}")
    else:
        messages.success(request, f"{found.full_name} is looked at now.")
    return _to_repository_page(found)


def _to_repository_page(found: Repository) -> HttpResponse:
    return redirect("repository", owner=found.owner, name=found.name)
