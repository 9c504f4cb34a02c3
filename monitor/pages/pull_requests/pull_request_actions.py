"""The forms on the page of a pull request: claim and release the review, snooze the pull request, end the snooze."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from monitor import queries
from monitor.actions import claims, snoozes
from monitor.models import PullRequest
from monitor.pages.render_page import time_zone_of
from monitor.pages.view_decorators import form_action
from monitor.rules.snooze_choices import SnoozeChoice, snooze_choices

Action = Callable[[Any, PullRequest, HttpRequest], str]  # returns the message about its success


def snooze_choices_for(user: Any, found: PullRequest) -> Sequence[SnoozeChoice]:
    """The times and events until which this reader may snooze the pull request, in their time zone."""
    return snooze_choices(timezone.now(), time_zone_of(user), draft=found.draft)


def _claim(user: Any, found: PullRequest, _: HttpRequest) -> str:
    claims.claim(user, found)
    return "You are on it."


def _release(user: Any, found: PullRequest, _: HttpRequest) -> str:
    claims.release(user, found)
    return "Given back."


def _snooze(user: Any, found: PullRequest, request: HttpRequest) -> str:
    wanted = request.POST.get("until", "")
    choice = next((one for one in snooze_choices_for(user, found) if one.key == wanted), None)
    if choice is None:
        raise snoozes.SnoozeRefused("until", "choose until when")
    snoozes.snooze(user, found, until=choice.until, until_event=choice.until_event)
    return "Muted." if choice.key == "mute" else f"Snoozed: {choice.words[0].lower()}{choice.words[1:]}."


def _wake(user: Any, found: PullRequest, _: HttpRequest) -> str:
    snoozes.end_snooze(user, found)
    return "Back on your list."


ACTIONS: dict[str, Action] = {"claim": _claim, "release": _release, "snooze": _snooze, "wake": _wake}


@form_action(lambda owner, name, number, verb: reverse("pull_request", args=(owner, name, number)))
def run_action(request: HttpRequest, owner: str, name: str, number: int, verb: str) -> HttpResponse:
    """Runs the action `verb` and returns to the page, which shows whether it succeeded."""
    try:
        found = queries.pull_request_for(request.user, owner, name, number)
    except (queries.RepositoryNotFound, queries.PullRequestNotFound) as error:
        raise Http404(str(error)) from error
    try:
        messages.success(request, ACTIONS[verb](request.user, found, request))
    except (claims.ClaimRefused, claims.ClaimedByAnother, snoozes.SnoozeRefused) as error:
        messages.error(request, f"Nothing changed: {error}.")
    return redirect("pull_request", owner=owner, name=name, number=number)
