"""Works out anew whose turn it is where a team is asked, after its members changed: in parts, each committed by itself."""

import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from monitor import recording
from monitor.models import PullRequest, ReviewRequest, Team
from monitor.polling.batching import halves
from monitor.polling.deadline import Deadline
from monitor.polling.outage import OUTAGE

log = logging.getLogger(__name__)
AT_ONCE = 500


def begin(team: Team) -> None:
    """Notes that it is to be done; belongs in the transaction that changes the members, so that it is not forgotten."""
    Team.objects.filter(pk=team.pk).update(reconsidered_up_to=0)


def go_on(team: Team, deadline: Deadline) -> bool:
    """Part after part, from where it stands; False when the deadline left something to do."""
    while not deadline.over:
        if not _next_part(team):
            return True
    return False


def go_on_with_all(deadline: Deadline) -> None:
    """What a deadline or a kill has left."""
    for team in Team.objects.filter(reconsidered_up_to__isnull=False).order_by("pk"):
        go_on(team, deadline)


def all_at_once(name: str) -> None:
    """For a team that is gone, and so has no row to note a place in."""
    _work_out(list(_waiting(name).values_list("pk", flat=True)))


def _next_part(team: Team) -> bool:
    with transaction.atomic():
        # Locked: members that change meanwhile begin it anew, after this part.
        row = Team.objects.select_for_update().filter(pk=team.pk, reconsidered_up_to__isnull=False).first()
        if row is None:
            return False
        behind = _waiting(row.name).filter(pk__gt=row.reconsidered_up_to).order_by("pk")
        part = list(behind.values_list("pk", flat=True)[:AT_ONCE])
        _work_out(part)
        Team.objects.filter(pk=row.pk).update(reconsidered_up_to=part[-1] if part else None)
    return bool(part)


def _waiting(name: str) -> QuerySet[PullRequest]:
    asked = ReviewRequest.objects.filter(Q(settled=None) | Q(settled="taken"), kind="team", name__iexact=name)
    return PullRequest.objects.filter(pk__in=asked.values("pull_request"), state="open")


def _work_out(part: Sequence[int]) -> None:
    """One that cannot be worked out stays as it is, and keeps no other from it."""
    try:
        recording.rederive(PullRequest.objects.filter(pk__in=part), now=timezone.now())
    except OUTAGE:
        raise
    except Exception:
        if len(part) == 1:
            log.exception("Whose turn it is in the pull request %s could not be worked out anew", part[0])
            return
        for half in halves(part):
            _work_out(half)
