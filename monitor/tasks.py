"""The background tasks, as the schedules name them: thin, without arguments, harmless when lost or run twice."""

from django.utils import timezone

from monitor import claiming, retention
from monitor.polling import credentials as checked
from monitor.polling import hinted, rounds
from monitor.polling import teams as lists
from monitor.polling.deadline import Deadline

SECONDS = 30


def poll() -> int:
    """Ends claims whose time is over, and looks at the repositories that are due; how many of these."""
    claiming.lapse(timezone.now())
    return rounds.run_due()


def webhooks() -> int:
    """Looks where webhooks hint; how many hints."""
    return hinted.work(Deadline(SECONDS))


def teams() -> int:
    """Reads the members of the teams that are due; how many teams."""
    return lists.read_due(Deadline(SECONDS))


def credentials() -> int:
    """Finds out what each credential may read and when it ends; how many."""
    return checked.check_all(Deadline(SECONDS))


def housekeeping() -> int:
    """Lets go of what is older than we keep; how many rows."""
    return retention.let_go(Deadline(SECONDS))
