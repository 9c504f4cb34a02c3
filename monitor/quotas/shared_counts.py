"""Counts that the web processes of one machine share where there is no Redis: a small SQLite file of their own.

The file is apart from the database: a count is no news for anybody, and must not wait for whoever writes there.
"""

import sqlite3
import threading
import time
from pathlib import Path

# Once in so many counts, what has expired is removed.
CLEAN_EVERY = 1_000

_COUNT = """
INSERT INTO counts (key, number, until) VALUES (:key, 1, :until)
ON CONFLICT (key) DO UPDATE SET
    number = CASE WHEN counts.until <= :now THEN 1 ELSE counts.number + 1 END,
    until = CASE WHEN counts.until <= :now THEN excluded.until ELSE counts.until END
RETURNING number
"""


class SharedCounts:
    """Counts under keys, each for some seconds. Threads and processes may share a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._counted = 0

    def count(self, key: str, seconds: int) -> int:
        """Counts one more; returns the count since counting under `key` began, at most `seconds` ago.

        Errors: sqlite3.Error.
        """
        now = time.time()
        connection = self._connection()
        ((number,),) = connection.execute(_COUNT, {"key": key, "now": now, "until": now + seconds}).fetchall()
        self._counted += 1
        if self._counted % CLEAN_EVERY == 0:
            connection.execute("DELETE FROM counts WHERE until <= ?", (now,))
        return int(number)

    def _connection(self) -> sqlite3.Connection:
        known: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if known is None:
            known = sqlite3.connect(self._path, timeout=1, isolation_level=None)
            # Losing the counts of a minute with the power is no loss.
            known.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;")
            known.execute(
                "CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, number INTEGER, until REAL) WITHOUT ROWID"
            )
            self._local.connection = known
        return known
