"""After each migrate: the rows that must always be there."""

from typing import Any

from monitor.models import EventSequence


def write_standing_rows(**_: Any) -> None:
    """The event sequence's only row; it never goes back."""
    EventSequence.objects.get_or_create(pk=EventSequence.ONLY)
