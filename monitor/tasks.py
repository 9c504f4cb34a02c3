"""The background tasks that the schedules name. They take no arguments, and may be lost or run twice without harm."""

from django.utils import timezone

from monitor.accounts import github_login_lookup
from monitor.actions import claims
from monitor.background.deadline import Deadline
from monitor.operations import retention
from monitor.polling import credential_checks, rounds
from monitor.polling.hints import webhook_processing
from monitor.polling.teams import membership

# A task's timeout is 50 s. A task begins nothing after this many seconds, and ends within 15 more.
SECONDS = 30
# Reading one team may take 30 s.
SECONDS_FOR_TEAMS = 10


def poll() -> int:
    """Polls the repositories that are due, and ends expired claims; returns how many repositories."""
    try:
        return rounds.run_due()
    finally:
        # After polling, even if that failed: an error with one claim must not stop the polling.
        claims.end_expired_claims(timezone.now())


def webhooks() -> int:
    """Polls what webhooks hint at; returns how many hints."""
    return webhook_processing.process_hints(Deadline(SECONDS))


def teams() -> int:
    """Reads the members of the teams that are due; returns how many teams."""
    return membership.read_due_teams(Deadline(SECONDS_FOR_TEAMS))


def logins() -> int:
    """Looks up the logins that could not be looked up when they were entered; returns how many."""
    return github_login_lookup.check_waiting(Deadline(SECONDS))


def credentials() -> int:
    """Asks GitHub what each credential may read and when it expires; returns how many credentials."""
    return credential_checks.check_all_credentials(Deadline(SECONDS))


def housekeeping() -> int:
    """Deletes old rows; returns how many."""
    return retention.delete_old_rows(Deadline(SECONDS))
