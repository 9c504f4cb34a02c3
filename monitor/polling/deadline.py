"""How long a run may go on; django-q2 ends a task that takes longer than its timeout."""

from time import monotonic


class Deadline:
    """Over after `seconds`; with None never. Nothing new is begun once it is over."""

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
