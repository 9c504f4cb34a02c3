"""A round: batch after batch until nothing is due or the time is up; for the task and for the command alike."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from monitor import schedules
from monitor.github import budget
from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.models import Heartbeat, Repository
from monitor.polling import fate, hinted, leases, words
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
    """What one batch came to, for whoever watches; `again`: repositories that need another turn, `first`: first looks.

    `answered`: GitHub answered. Neither that nor an `error` of GitHub's: it was not asked, or the fault is ours.
    """

    repositories: list[Repository]
    outcomes: Outcomes
    events: dict[int, int]
    again: set[int]
    error: GitHubError | None = None
    first: frozenset[int] = frozenset()
    answered: bool = False


def run_due(seconds: float = ROUND_SECONDS) -> int:
    """Looks at what is due, and lets the schedule run again when the next one is; how many looks were made."""
    deadline = Deadline(seconds)
    looks, answered, error = 0, False, None
    while not deadline.over:
        _follow_hints(deadline)
        # While this worker is busy, another one may take what is due next: told once, or idle tasks would pile up.
        told = take_turn(due_rows(timezone.now()), deadline, claimed=None if looks else rearm)
        if told is None:
            break
        looks += len(told.repositories)
        answered, error = answered or told.answered, told.error or error
    rearm()
    beat("poll")
    if answered or error:
        beat("github", None if answered else error)
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
        return Told([], {}, {}, set())
    if claimed is not None:
        claimed()
    if turn.client is None:
        return _without_answer(lease, turn.error or GitHubError("GitHub cannot be asked."))
    try:
        standing = standing_of(turn.client.identity, timezone.now())
        look = (FirstLook if turn.first else Look)(turn.client, lease, standing, deadline)
        outcomes = look.run()
    except OUTAGE:
        raise  # no row can say so now; the lease ends by itself, and then the repositories are due
    except Exception as error:
        # A fault of ours: the rows say so, and the batches after this one have their turn.
        log.exception("A look at %s repositories failed", len(lease.repositories))
        return _without_answer(lease, error)
    first = frozenset(outcomes) if turn.first else frozenset()
    return Told(lease.repositories, outcomes, look.events, look.again, look.error, first, look.answered)


def _batch_of(client: Client) -> int:
    return budget.row_of(client.identity).batch_size


def _without_answer(lease: leases.Lease, error: Exception) -> Told:
    """Nothing could be looked at: each row says why, and when it is tried again."""
    log.warning("Nothing could be looked at: %s", error)
    now, interval, until = timezone.now(), settings.POLLING_INTERVAL_SECONDS, getattr(error, "until", None)
    what = words.what_failed(error)
    outcomes = {one.pk: fate.failed(one, what, now, interval=interval, until=until) for one in lease.repositories}
    lease.give_back(outcomes)
    return Told(lease.repositories, outcomes, {}, set(), error if isinstance(error, GitHubError) else None)


def rearm() -> None:
    """The schedule runs again when the next repository is due: in a second at the soonest, in thirty at the latest."""
    now = timezone.now()
    due = leases.next_due(now) or now + LATEST
    schedules.rearm(schedules.POLL, min(max(due, now + SOONEST), now + LATEST))


def beat(name: str, error: GitHubError | None = None) -> None:
    """A sign of life: when it last went well, or since when it does not."""
    now = timezone.now()
    if error is None:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "failing_since": None, "message": ""})
        return
    row, _ = Heartbeat.objects.get_or_create(name=name, defaults={"at": now})
    Heartbeat.objects.filter(pk=row.pk).update(failing_since=row.failing_since or now, message=str(error))
