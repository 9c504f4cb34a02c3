"""Recalculates whose turn it is after a team's members changed: pull requests in parts, one transaction per part."""

import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from monitor.background.database_outage import DATABASE_OUTAGE
from monitor.background.deadline import Deadline
from monitor.models import PullRequest, ReviewRequest, Team
from monitor.polling.pacing.batch_size import halves_of
from monitor.recording import recorder

log = logging.getLogger(__name__)
AT_ONCE = 500


def mark_for_recalculation(team: Team) -> None:
    """Marks a team for recalculation, in the same transaction as the change of its members."""
    Team.objects.filter(pk=team.pk).update(reconsidered_up_to=0)


def recalculate_turns(team: Team, deadline: Deadline) -> bool:
    """Recalculates part after part from the stored position; returns False if the deadline came first."""
    while not deadline.over:
        if not _recalculate_next_part(team):
            return True
    return False


def recalculate_marked_teams(deadline: Deadline) -> None:
    """Continues the recalculations that a deadline or a kill has stopped."""
    for team in Team.objects.filter(reconsidered_up_to__isnull=False).order_by("pk"):
        recalculate_turns(team, deadline)


def recalculate_deleted_team(name: str) -> None:
    """Recalculates everything at once for a deleted team: it has no row that could store a position."""
    _recalculate(list(_waiting_pull_requests(name).values_list("pk", flat=True)))


def _recalculate_next_part(team: Team) -> bool:
    with transaction.atomic():
        # Locked: a change of members waits for this part, and then restarts the recalculation.
        row = Team.objects.select_for_update().filter(pk=team.pk, reconsidered_up_to__isnull=False).first()
        if row is None:
            return False
        behind = _waiting_pull_requests(row.name).filter(pk__gt=row.reconsidered_up_to).order_by("pk")
        part = list(behind.values_list("pk", flat=True)[:AT_ONCE])
        _recalculate(part)
        Team.objects.filter(pk=row.pk).update(reconsidered_up_to=part[-1] if part else None)
    return bool(part)


def _waiting_pull_requests(name: str) -> QuerySet[PullRequest]:
    asked = ReviewRequest.objects.filter(Q(settled=None) | Q(settled="taken"), kind="team", name__iexact=name)
    return PullRequest.objects.filter(pk__in=asked.values("pull_request"), state="open")


def _recalculate(part: Sequence[int]) -> None:
    """Recalculates pull requests. One that raises stays as it is and does not stop the others."""
    try:
        recorder.rederive(PullRequest.objects.filter(pk__in=part), now=timezone.now())
    except DATABASE_OUTAGE:
        raise
    except Exception:
        if len(part) == 1:
            log.exception("Whose turn it is in the pull request %s could not be worked out anew", part[0])
            return
        for half in halves_of(part):
            _recalculate(half)
