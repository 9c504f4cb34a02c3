"""Limits how long a run of a task takes, so that it ends before django-q2 kills it at its timeout."""

from time import monotonic


class Deadline:
    """A deadline `seconds` from now; None: no deadline. A run begins nothing new when its deadline is over."""

    def __init__(self, seconds: float | None) -> None:
        self._at = None if seconds is None else monotonic() + seconds

    @property
    def over(self) -> bool:
        return self._at is not None and monotonic() >= self._at

    def within(self, seconds: float) -> "Deadline":
        """A deadline after `seconds`, but no later than this one."""
        inner = Deadline(seconds)
        if self._at is not None and inner._at is not None:
            inner._at = min(inner._at, self._at)
        return inner
