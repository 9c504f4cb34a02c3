"""The background tasks, as the schedules name them: thin, without arguments, harmless when lost or run twice."""

from django.utils import timezone

from monitor import claiming, retention
from monitor import logins as whose
from monitor.polling import credentials as checked
from monitor.polling import hinted, rounds
from monitor.polling import teams as lists
from monitor.polling.deadline import Deadline

# A task has 50 s: it begins nothing later than this, and what it has begun is over within fifteen more.
SECONDS = 30
# But for a team, which may take thirty.
SECONDS_FOR_TEAMS = 10


def poll() -> int:
    """Looks at the repositories that are due, and ends claims whose time is over; how many of the former."""
    try:
        return rounds.run_due()
    finally:
        # Last, whatever comes of it: trouble with one claim must not keep us from looking.
        claiming.lapse(timezone.now())


def webhooks() -> int:
    """Looks where webhooks hint; how many hints."""
    return hinted.work(Deadline(SECONDS))


def teams() -> int:
    """Reads the members of the teams that are due; how many teams."""
    return lists.read_due(Deadline(SECONDS_FOR_TEAMS))


def logins() -> int:
    """Asks GitHub about the logins that could not be checked when they were entered; how many."""
    return whose.check_waiting(Deadline(SECONDS))


def credentials() -> int:
    """Finds out what each credential may read and when it ends; how many."""
    return checked.check_all(Deadline(SECONDS))


def housekeeping() -> int:
    """Lets go of what is older than we keep; how many rows."""
    return retention.let_go(Deadline(SECONDS))
