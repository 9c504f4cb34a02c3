"""Which of a user's numbers changed since they were last told, and when the next telling is due."""

from collections.abc import Iterator, Mapping

Stats = Mapping[str, int]
EVERY_SECONDS = 1.0


class Numbers:
    """What connected users were last told of their repositories. Times are seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self._told: dict[int, dict[int, Stats]] = {}
        self._touched: dict[int, str] = {}
        self._looked_at: dict[int, float] = {}

    def start(self, user_id: int, stats: Mapping[int, Stats]) -> None:
        """A user came: what they are shown now. What another of their sockets was told stays."""
        self._told[user_id] = {**stats, **self._told.get(user_id, {})}

    def forget(self, user_id: int) -> None:
        """The user left."""
        self._told.pop(user_id, None)

    def of(self, user_id: int, repository: int) -> Stats:
        """What the user was last told; empty when nothing."""
        return self._told.get(user_id, {}).get(repository, {})

    def told(self, repository: int, now: float) -> None:
        """Somebody was just told of a repository outside the usual round: the next round waits its second."""
        self._looked_at[repository] = now

    def touch(self, repositories: Mapping[int, str]) -> None:
        """Something happened in these repositories (id -> name), so the numbers may have changed."""
        self._touched.update(repositories)

    def wait(self, now: float) -> float | None:
        """Seconds until some repository is due; None: nothing was touched."""
        return min((max(0.0, self._due_at(repository) - now) for repository in self._touched), default=None)

    def due(self, now: float) -> dict[int, str]:
        """Takes out what has to be counted again: touched, and not counted within the last second."""
        due = {repository: name for repository, name in self._touched.items() if self._due_at(repository) <= now}
        for repository in due:
            del self._touched[repository]
            self._looked_at[repository] = now
        self._looked_at = {key: at for key, at in self._looked_at.items() if at + EVERY_SECONDS > now or key in due}
        return due

    def changed(self, fresh: Mapping[tuple[int, int], Stats]) -> Iterator[tuple[int, int, Stats]]:
        """(user, repository, stats) of those whose numbers differ from what they were told, which they are now."""
        for (user_id, repository), stats in fresh.items():
            mine = self._told.get(user_id)
            if mine is not None and mine.get(repository) != stats:
                mine[repository] = stats
                yield user_id, repository, stats

    def _due_at(self, repository: int) -> float:
        return self._looked_at.get(repository, float("-inf")) + EVERY_SECONDS
