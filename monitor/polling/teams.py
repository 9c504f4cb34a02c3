"""Who is in the teams that are asked for reviews: read hourly; a team that may not be read says so, and is not empty."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from monitor import schedules
from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.errors import GitHubError
from monitor.github.identities import client_for
from monitor.models import Team
from monitor.polling import reconsidering
from monitor.polling.deadline import Deadline
from monitor.roles import NAME_LENGTH
from monitor.snapshot import Snapshot

log = logging.getLogger(__name__)
EVERY = timedelta(hours=1)
AGAIN = timedelta(minutes=10)
SOONEST = timedelta(seconds=1)
# Somebody sits before a page.
PATIENCE_SECONDS = 2
UNSEEN = "GitHub answers 404: there is no such team, or the token may not see it."


def notice(snapshots: Iterable[Snapshot]) -> None:
    """Teams that are asked for a review for the first time get a row, and are read soon."""
    named = _asked(snapshots)
    if named:
        expect(named)


def meet(snapshots: Iterable[Snapshot], deadline: Deadline) -> None:
    """Reads the teams that are asked and were never read, at once.

    Before a first look is recorded, which is silent: their members, read afterwards, would be news of each request.
    """
    named = _asked(snapshots)
    if not named:
        return
    expect(named)
    now = timezone.now()
    new = Team.objects.annotate(key=Lower("name")).filter(key__in={name.lower() for name in named}, checked_at=None)
    for team in new.filter(by_hand=False, next_check_at__lte=now):
        if not deadline.over:
            _read_in_turn(team, deadline)


def _asked(snapshots: Iterable[Snapshot]) -> set[str]:
    return {request.name for one in snapshots for request in one.review_requests if request.kind == "team"}


def expect(names: Iterable[str]) -> None:
    """Makes sure that there is a row for each of these teams (`org/slug`); what is too long to be one is none."""
    by_key = {name.lower(): name for name in names if len(name) <= NAME_LENGTH}
    known = Team.objects.annotate(key=Lower("name")).filter(key__in=by_key).values_list("key", flat=True)
    new = [by_key[key] for key in by_key.keys() - set(known)]
    if new:
        now = timezone.now()
        Team.objects.bulk_create(
            (Team(name=name, next_check_at=now, demo=settings.DEMO) for name in new), ignore_conflicts=True
        )
        schedules.wake(schedules.TEAMS)


def read_due(deadline: Deadline) -> int:
    """Reads the members of every team that is due, after what is left of earlier changes; how many teams were asked for."""
    reconsidering.go_on_with_all(deadline)
    count = 0
    while not deadline.over and (team := _due().filter(next_check_at__lte=timezone.now()).first()):
        count += _read_in_turn(team, deadline)
    rearm()
    return count


def rearm() -> None:
    """The schedule runs again when the next team is due, and at once where the time was too short."""
    following = _due().values_list("next_check_at", flat=True).first()
    if Team.objects.filter(reconsidered_up_to__isnull=False).exists():
        following = timezone.now()
    if following is not None:
        schedules.rearm(schedules.TEAMS, max(following, timezone.now() + SOONEST))


def _due() -> QuerySet[Team]:
    return Team.objects.filter(by_hand=False, next_check_at__isnull=False).order_by("next_check_at")


def _read_in_turn(team: Team, deadline: Deadline) -> bool:
    """Whoever moves the time on reads it; a worker that dies leaves it to the next turn."""
    now = timezone.now()
    if not Team.objects.filter(pk=team.pk, next_check_at=team.next_check_at).update(next_check_at=now + AGAIN):
        return False
    read(team, now, deadline)
    return True


def read(team: Team, now: datetime, deadline: Deadline) -> None:
    """Asks GitHub for the members of one team."""
    try:
        client = client_for(team.name.partition("/")[0])
        answer = budget.ask(client.identity, Purpose.SWEEP, 1, lambda: client.team(team.name))
    except GitHubError as error:
        log.info("The members of %s could not be read: %s", team.name, error)
        Team.objects.filter(pk=team.pk).update(message=str(error), checked_at=now)
        return
    logins = next(iter(answer.found.values()), None)
    why = ""
    if logins is None:
        why = next(iter(answer.refused.values()), UNSEEN)
        if team.message != why:
            log.warning("The members of %s are unknown: %s", team.name, why)
    take(team, logins, deadline)
    Team.objects.filter(pk=team.pk).update(checked_at=now, next_check_at=now + EVERY, message=why)


def take(team: Team, logins: Iterable[str] | None, deadline: Deadline | None = None) -> None:
    """Makes them the members, or says that they are unknown.

    Then works out anew whose turn it is in pull requests that wait for the team; what the deadline leaves, or a kill,
    goes on at the next run.
    """
    known = logins is not None
    with transaction.atomic():
        changed = team.set_members(logins or ())
        if known != team.members_known:
            Team.objects.filter(pk=team.pk).update(members_known=known)
        elif not changed:
            return
        reconsidering.begin(team)
    _reconsider(team, deadline or Deadline(None))


def changed_by_hand(team: Team) -> None:
    """Works out anew whose turn it is, as far as it goes while somebody waits for a page; the rest is the next run's."""
    reconsidering.begin(team)
    _reconsider(team, Deadline(PATIENCE_SECONDS))


def _reconsider(team: Team, deadline: Deadline) -> None:
    if not reconsidering.go_on(team, deadline):
        schedules.wake(schedules.TEAMS)
