"""Reads the members of teams with review requests hourly. An unreadable team is unknown, not empty."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from monitor.background import schedules
from monitor.background.deadline import Deadline
from monitor.github import rate_limit_budget
from monitor.github.errors import GitHubError
from monitor.github.identities import client_for
from monitor.github.rate_limit_policy import Purpose
from monitor.models import Team
from monitor.polling.teams import turn_recalculation
from monitor.rules.roles import NAME_LENGTH
from monitor.rules.snapshot import Snapshot

log = logging.getLogger(__name__)
EVERY = timedelta(hours=1)
AGAIN = timedelta(minutes=10)
SOONEST = timedelta(seconds=1)
# A person waits for the page.
PATIENCE_SECONDS = 2
UNSEEN = "GitHub answers 404: there is no such team, or the token may not see it."


def add_requested_teams(snapshots: Iterable[Snapshot]) -> None:
    """Creates rows for teams with their first review request; their members are read soon."""
    named = _requested_teams(snapshots)
    if named:
        ensure_teams_exist(named)


def read_new_teams(snapshots: Iterable[Snapshot], deadline: Deadline) -> None:
    """Reads the members of requested teams that were never read, before a first look is recorded.

    A first look writes no events. Members that were read after it would cause an event for each review request.
    """
    named = _requested_teams(snapshots)
    if not named:
        return
    ensure_teams_exist(named)
    now = timezone.now()
    new = Team.objects.annotate(key=Lower("name")).filter(key__in={name.lower() for name in named}, checked_at=None)
    for team in new.filter(by_hand=False, next_check_at__lte=now):
        if not deadline.over:
            _claim_and_read(team, deadline)


def _requested_teams(snapshots: Iterable[Snapshot]) -> set[str]:
    return {request.name for one in snapshots for request in one.review_requests if request.kind == "team"}


def ensure_teams_exist(names: Iterable[str]) -> None:
    """Creates the missing rows of these teams (`org/slug`); ignores names that are too long for a team."""
    by_key = {name.lower(): name for name in names if len(name) <= NAME_LENGTH}
    known = Team.objects.annotate(key=Lower("name")).filter(key__in=by_key).values_list("key", flat=True)
    new = [by_key[key] for key in by_key.keys() - set(known)]
    if new:
        now = timezone.now()
        Team.objects.bulk_create(
            (Team(name=name, next_check_at=now, demo=settings.DEMO) for name in new), ignore_conflicts=True
        )
        schedules.run_now(schedules.TEAMS)


def read_due_teams(deadline: Deadline) -> int:
    """Finishes earlier recalculations, then reads the members of each due team; returns how many teams were read."""
    turn_recalculation.recalculate_marked_teams(deadline)
    count = 0
    while not deadline.over and (team := _due().filter(next_check_at__lte=timezone.now()).first()):
        count += _claim_and_read(team, deadline)
    schedule_next_read()
    return count


def schedule_next_read() -> None:
    """Schedules the next run for the time when a team is due, or at once if a recalculation is unfinished."""
    following = _due().values_list("next_check_at", flat=True).first()
    if Team.objects.filter(reconsidered_up_to__isnull=False).exists():
        following = timezone.now()
    if following is not None:
        schedules.run_no_later_than(schedules.TEAMS, max(following, timezone.now() + SOONEST))


def _due() -> QuerySet[Team]:
    return Team.objects.filter(by_hand=False, next_check_at__isnull=False).order_by("next_check_at")


def _claim_and_read(team: Team, deadline: Deadline) -> bool:
    """Claims a team by moving its time, then reads it; if this worker dies, a later run reads the team."""
    now = timezone.now()
    if not Team.objects.filter(pk=team.pk, next_check_at=team.next_check_at).update(next_check_at=now + AGAIN):
        return False
    read_members(team, now, deadline)
    return True


def read_members(team: Team, now: datetime, deadline: Deadline) -> None:
    """Reads the members of one team from GitHub."""
    try:
        client = client_for(team.name.partition("/")[0])
        answer = rate_limit_budget.ask(client, Purpose.BACKGROUND, 1, lambda: client.team(team.name))
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
    set_members(team, logins, deadline)
    Team.objects.filter(pk=team.pk).update(checked_at=now, next_check_at=now + EVERY, message=why)


def set_members(team: Team, logins: Iterable[str] | None, deadline: Deadline | None = None) -> None:
    """Stores the members; None means that they are unknown.

    Then recalculates whose turn it is in pull requests that wait for the team. If the deadline or a kill stops this, the
    next run continues.
    """
    known = logins is not None
    with transaction.atomic():
        changed = team.set_members(logins or ())
        if known != team.members_known:
            Team.objects.filter(pk=team.pk).update(members_known=known)
        elif not changed:
            return
        turn_recalculation.mark_for_recalculation(team)
    _recalculate(team, deadline or Deadline(None))


def recalculate_after_edit(team: Team) -> None:
    """Recalculates whose turn it is after an edit in the admin, for two seconds; the next run does the rest."""
    turn_recalculation.mark_for_recalculation(team)
    _recalculate(team, Deadline(PATIENCE_SECONDS))


def _recalculate(team: Team, deadline: Deadline) -> None:
    if not turn_recalculation.recalculate_turns(team, deadline):
        schedules.run_now(schedules.TEAMS)
