"""Which databases get a pool."""

from monitor.database import pool


def test_sqlite_and_size_0_have_no_pool() -> None:
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "CONN_MAX_AGE": 60}
    postgresql = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60}
    for database, size in ((sqlite, 20), (postgresql, 0)):
        before = dict(database)
        pool.use_pool(database, size)
        assert database == before
