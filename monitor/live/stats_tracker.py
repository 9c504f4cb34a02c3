"""Tracks which stats each user was last sent, and when the stats of a changed repository are read again."""

from collections.abc import Iterator, Mapping

from monitor.queries.repository_stats import Stats

EVERY_SECONDS = 1.0


class StatsTracker:
    """The stats that each connected user was last sent. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._sent: dict[int, dict[int, Stats]] = {}
        self._changed: dict[int, str] = {}
        self._read_at: dict[int, float] = {}

    def add_user(self, user_id: int, stats: Mapping[int, Stats]) -> None:
        """Notes `stats` as sent to a user who connects, without repositories of which another socket got newer ones."""
        self._sent[user_id] = {**stats, **self._sent.get(user_id, {})}

    def remove_user(self, user_id: int) -> None:
        """Forgets a user who has no socket any more."""
        self._sent.pop(user_id, None)

    def last_sent(self, user_id: int, repository: int) -> Stats:
        """The stats that the user was last sent; empty when none were."""
        return self._sent.get(user_id, {}).get(repository, {})

    def mark_sent(self, repository: int, now: float) -> None:
        """Notes that a join has sent the stats of a repository: the next reading waits `EVERY_SECONDS`."""
        self._read_at[repository] = now

    def mark_changed(self, repositories: Mapping[int, str]) -> None:
        """Notes that events happened in these repositories (id -> name), so their stats may have changed."""
        self._changed.update(repositories)

    def seconds_until_due(self, now: float) -> float | None:
        """Seconds until the stats of a changed repository may be read again; None: no repository has changed."""
        return min((max(0.0, self._due_at(repository) - now) for repository in self._changed), default=None)

    def take_due(self, now: float) -> dict[int, str]:
        """Takes the repositories whose stats have to be read now: changed, and not read within the last second."""
        due = {repository: name for repository, name in self._changed.items() if self._due_at(repository) <= now}
        for repository in due:
            del self._changed[repository]
            self._read_at[repository] = now
        self._read_at = {key: at for key, at in self._read_at.items() if at + EVERY_SECONDS > now or key in due}
        return due

    def take_changed(self, present: Mapping[tuple[int, int], Stats]) -> Iterator[tuple[int, int, Stats]]:
        """Yields (user, repository, stats) where `present` differs from the stats last sent, and notes them as sent."""
        for (user_id, repository), stats in present.items():
            sent = self._sent.get(user_id)
            if sent is not None and sent.get(repository) != stats:
                sent[repository] = stats
                yield user_id, repository, stats

    def _due_at(self, repository: int) -> float:
        return self._read_at.get(repository, float("-inf")) + EVERY_SECONDS
