"""What a reader does with one pull request on its page: take it, give it back, put it off, wake it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from monitor import claiming, queries, snoozing
from monitor.models import PullRequest, Snooze
from monitor.views.page import zone_of

Act = Callable[[Any, PullRequest, HttpRequest], str]
MORNING = time(9)
SNOOZES = (
    ("hour", "1 hour"),
    ("tomorrow", "Tomorrow 09:00"),
    ("monday", "Monday 09:00"),
    (str(Snooze.UntilEvent.AUTHOR_UPDATE), "Until the author updates"),
    (str(Snooze.UntilEvent.ANY_UPDATE), "Until anything happens"),
    (str(Snooze.UntilEvent.READY_FOR_REVIEW), "Until it is ready for review"),
    ("mute", "For good (mute)"),
)


def until_of(choice: str, now: datetime) -> datetime | None:
    """The end of a snooze that ends by the clock, in the zone of `now`; None for the others."""
    if choice == "hour":
        return now + timedelta(hours=1)
    days = {"tomorrow": 1, "monday": 7 - now.weekday()}.get(choice)
    if days is None:
        return None
    return datetime.combine(now.date() + timedelta(days=days), MORNING, now.tzinfo)


def _claim(user: Any, found: PullRequest, _: HttpRequest) -> str:
    claiming.claim(user, found)
    return "You are on it."


def _release(user: Any, found: PullRequest, _: HttpRequest) -> str:
    claiming.release(user, found)
    return "Given back."


def _snooze(user: Any, found: PullRequest, request: HttpRequest) -> str:
    choice = request.POST.get("until", "")
    words = dict(SNOOZES).get(choice)
    if words is None:
        raise snoozing.SnoozeRefused("until", "Choose until when")
    until = until_of(choice, timezone.localtime(timezone=zone_of(user)))
    event = choice if choice in Snooze.UntilEvent.values else None
    snoozing.snooze(user, found, until=until, until_event=event)
    return "Muted." if choice == "mute" else f"Snoozed: {words[0].lower()}{words[1:]}."


def _wake(user: Any, found: PullRequest, _: HttpRequest) -> str:
    snoozing.wake(user, found)
    return "Back on your list."


ACTS: dict[str, Act] = {"claim": _claim, "release": _release, "snooze": _snooze, "wake": _wake}


@require_POST
@login_required
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
