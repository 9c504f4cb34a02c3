"""Decides how long to wait before a message that Slack did not take is sent again."""

# The pause before the next attempt, in seconds. It doubles with each attempt.
FIRST_RETRY = 5.0
LONGEST_RETRY = 900.0


def seconds_to_next_attempt(attempts: int, retry_after: float | None) -> float:
    """Slack's `retry_after`, however long; without one, a pause that doubles with the attempts."""
    return retry_after if retry_after is not None else min(FIRST_RETRY * 2 ** min(attempts, 10), LONGEST_RETRY)
