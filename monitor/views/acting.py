"""What a reader does with one pull request on its page: take it, give it back, put it off, wake it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from monitor import claiming, queries, snoozing
from monitor.models import PullRequest
from monitor.snooze_choices import Choice, choices
from monitor.views.page import zone_of
from monitor.views.sending import takes_form

Act = Callable[[Any, PullRequest, HttpRequest], str]


def offered(user: Any, found: PullRequest) -> Sequence[Choice]:
    """Until when this reader may put it off, by their own clock."""
    return choices(timezone.now(), zone_of(user), draft=found.draft)


def _claim(user: Any, found: PullRequest, _: HttpRequest) -> str:
    claiming.claim(user, found)
    return "You are on it."


def _release(user: Any, found: PullRequest, _: HttpRequest) -> str:
    claiming.release(user, found)
    return "Given back."


def _snooze(user: Any, found: PullRequest, request: HttpRequest) -> str:
    wanted = request.POST.get("until", "")
    choice = next((one for one in offered(user, found) if one.key == wanted), None)
    if choice is None:
        raise snoozing.SnoozeRefused("until", "choose until when")
    snoozing.snooze(user, found, until=choice.until, until_event=choice.until_event)
    return "Muted." if choice.key == "mute" else f"Snoozed: {choice.words[0].lower()}{choice.words[1:]}."


def _wake(user: Any, found: PullRequest, _: HttpRequest) -> str:
    snoozing.wake(user, found)
    return "Back on your list."


ACTS: dict[str, Act] = {"claim": _claim, "release": _release, "snooze": _snooze, "wake": _wake}


@takes_form(lambda owner, name, number, verb: reverse("pull_request", args=(owner, name, number)))
def act(request: HttpRequest, owner: str, name: str, number: int, verb: str) -> HttpResponse:
    """Does it and goes back to the page, which says how it went."""
    try:
        found = queries.pull_request_for(request.user, owner, name, number)
    except (queries.RepositoryNotFound, queries.PullRequestNotFound) as error:
        raise Http404(str(error)) from error
    try:
        messages.success(request, ACTS[verb](request.user, found, request))
    except (claiming.ClaimRefused, claiming.NotYours, snoozing.SnoozeRefused) as error:
        messages.error(request, f"Nothing changed: {error}.")
    return redirect("pull_request", owner=owner, name=name, number=number)
