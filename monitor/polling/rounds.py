"""A round: batch after batch until nothing is due or the time is up; for the task and for the command alike."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from monitor import schedules
from monitor.github import budget
from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.models import Repository
from monitor.polling import fate, heartbeats, hinted, leases, words
from monitor.polling.deadline import Deadline
from monitor.polling.first_look import REPOSITORIES, FirstLook
from monitor.polling.looking import Look, Outcomes
from monitor.polling.outage import OUTAGE
from monitor.polling.round_plan import standing_of
from monitor.polling.turns import due_rows, next_turn

log = logging.getLogger(__name__)
# A task has 50 s: a round begins nothing after 25 s, and its last question is answered or given up within 15 s.
ROUND_SECONDS = 25
SOONEST, LATEST = timedelta(seconds=1), timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Told:
    """What one batch came to, for whoever watches.

    `again`: repositories that need another turn, `first`: first looks. `answered`: GitHub was asked and answered; why it
    was or could not be, `error` says, and `fault` what went wrong on our side. None of them: there was nothing to look at.
    """

    repositories: list[Repository] = field(default_factory=list)
    outcomes: Outcomes = field(default_factory=dict)
    events: dict[int, int] = field(default_factory=dict)
    again: set[int] = field(default_factory=set)
    first: frozenset[int] = frozenset()
    answered: bool = False
    error: GitHubError | None = None
    fault: Exception | None = None


def run_due(seconds: float = ROUND_SECONDS) -> int:
    """Looks at what is due, and lets the schedule run again when the next one is; how many looks were made."""
    deadline = Deadline(seconds)
    looks, turns = 0, list[Told]()
    while not deadline.over:
        _follow_hints(deadline)
        # While this worker is busy, another one may take what is due next: told once, or idle tasks would pile up.
        told = take_turn(due_rows(timezone.now()), deadline, claimed=None if looks else rearm)
        if told is None:
            break
        looks += len(told.repositories)
        turns.append(told)
    rearm()
    _give_signs(turns)
    return looks


def _follow_hints(deadline: Deadline) -> None:
    """Webhooks come first, also when every worker has a long round to go; trouble with them must not end the round.

    A database that is away must: it is asked again when the schedule comes round.
    """
    try:
        hinted.work(deadline)
    except OUTAGE:
        raise
    except Exception:
        log.exception("Hints of webhooks could not be followed")


def run_all(pks: Collection[int], watch: Callable[[Told], None]) -> None:
    """One round by hand: looks at these repositories now, due or not, until each was looked at in full."""
    left = set(pks)
    while left:
        free = Repository.objects.filter(leases.free(timezone.now()), pk__in=left).order_by("first_read_at", "pk")
        told = take_turn(free, Deadline(None), only_due=False)
        if told is None:
            break
        left -= {repository.pk for repository in told.repositories if repository.pk not in told.again}
        watch(told)


def take_turn(
    rows: QuerySet[Repository],
    deadline: Deadline,
    *,
    only_due: bool = True,
    claimed: Callable[[], None] | None = None,
) -> Told | None:
    """Claims the next batch among `rows` and looks at it; None when there is nothing to do."""
    turn = next_turn(rows, _batch_of, REPOSITORIES)
    if turn is None:
        return None
    lease = leases.claim(turn.pks, timezone.now(), only_due=only_due)
    if not lease.repositories:
        return Told()
    if claimed is not None:
        claimed()
    if turn.client is None:
        return _unasked(lease, turn.error or GitHubError("GitHub cannot be asked."))
    return _looked(turn.client, lease, deadline, first=turn.first)


def _looked(client: Client, lease: leases.Lease, deadline: Deadline, *, first: bool) -> Told:
    """Looks at the repositories of a lease. A database that is away ends the round: their leases end by themselves."""
    look: Look | None = None
    try:
        standing = standing_of(client.identity, timezone.now())
        look = (FirstLook if first else Look)(client, lease, standing, deadline)
        outcomes = look.run()
    except OUTAGE:
        raise  # no row can say so now
    except Exception as fault:
        # A fault of ours: the rows say so, and the batches after this one have their turn.
        log.exception("A look at %s repositories failed", len(lease.repositories))
        outcomes = _failed(lease, fault)
        return Told(lease.repositories, outcomes, answered=look is not None and look.answered, fault=fault)
    begun = frozenset(outcomes) if first else frozenset()
    return Told(lease.repositories, outcomes, look.events, look.again, begun, look.answered, look.error)


def _batch_of(client: Client) -> int:
    return budget.row_of(client.identity).batch_size


def _unasked(lease: leases.Lease, error: GitHubError) -> Told:
    log.warning("GitHub could not be asked: %s", error)
    return Told(lease.repositories, _failed(lease, error), error=error)


def _failed(lease: leases.Lease, error: Exception) -> Outcomes:
    """Nothing could be looked at: each row says why, and when it is tried again."""
    now, interval, until = timezone.now(), settings.POLLING_INTERVAL_SECONDS, getattr(error, "until", None)
    what = words.what_failed(error)
    outcomes = {one.pk: fate.failed(one, what, now, interval=interval, until=until) for one in lease.repositories}
    lease.give_back(outcomes)
    return outcomes


def rearm() -> None:
    """The schedule runs again when the next repository is due: in a second at the soonest, in thirty at the latest."""
    now = timezone.now()
    due = leases.next_due(now) or now + LATEST
    schedules.rearm(schedules.POLL, min(max(due, now + SOONEST), now + LATEST))


def _give_signs(turns: Sequence[Told]) -> None:
    """How GitHub and looking are, by what was seen: a turn that looked at nothing says nothing about either."""
    fault = next((told.fault for told in turns if told.fault), None)
    if any(told.repositories and not told.fault for told in turns):
        heartbeats.well(heartbeats.POLL)
    elif fault:
        heartbeats.failing(heartbeats.POLL, words.what_failed(fault))
    else:
        heartbeats.alive(heartbeats.POLL)
    error = next((told.error for told in turns if told.error), None)
    if any(told.answered for told in turns):
        heartbeats.well(heartbeats.GITHUB)
    elif error:
        heartbeats.failing(heartbeats.GITHUB, str(error))
