"""Tells whether anything was committed to the database: while the version is the same, every query finds the same."""

import os
import sqlite3
from pathlib import Path

from django.db import connection

Version = tuple[object, ...]


def sqlite_path() -> str | None:
    """The file of the SQLite database; None with PostgreSQL."""
    return str(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


class SqliteVersion:
    """The version of an SQLite file, in some microseconds: cheap enough for the event loop.

    The connection is its own and never writes, so the number changes with each commit of any other connection.
    https://www.sqlite.org/pragma.html#pragma_data_version
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: tuple[int, int] | None = None
        self._connection: sqlite3.Connection | None = None

    def read(self) -> Version:
        """The version now. Errors: OSError, sqlite3.Error."""
        found = os.stat(self._path)
        file = (found.st_dev, found.st_ino)
        if self._connection is None or file != self._file:
            # A backup was put in the place of the file.
            self.close()
            self._connection = sqlite3.connect(f"{Path(self._path).as_uri()}?mode=ro", uri=True, timeout=0)
            self._file = file
        (number,) = self._connection.execute("PRAGMA data_version").fetchone()
        return (*file, number)

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def postgresql_version() -> Version:
    """The version of a PostgreSQL database, in one query: the transactions that are visible now.

    While no transaction that wrote anything ends, in any database of the server, the snapshot is the same.
    https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return (cursor.fetchone()[0],)
