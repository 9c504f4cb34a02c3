"""The pool of PostgreSQL connections that the requests of one web process share.

The pool is Django's own, see https://docs.djangoproject.com/en/5.2/ref/databases/#connection-pool. Only requests use it:

- The live feed leaves the pool, so that no crowd of requests delays what the feed sends. `/health` leaves the pool too:
  it reports whether the database answers, not how many wait for it.
- Background work and commands have no pool. Their processes fork, and a pool's threads do not survive a fork; a few
  long-lived connections serve them as well.
"""

from typing import Any

from django.db import connection

# A request that gets no connection within this time is answered with 503.
WAIT_SECONDS = 10
# While the database is away, the pool gives an attempt up after this time; the next request starts a new attempt. With
# psycopg's default of five minutes the pauses between attempts grow to two minutes, and requests fail long after the
# database is back.
RECONNECT_SECONDS = 1
# For connections outside the pool.
KEEP_SECONDS = 60


def use_pool(database: dict[str, Any], size: int) -> None:
    """Makes the `database` (an entry of `DATABASES`) a pool of at most `size` connections. SQLite needs none."""
    if size and database["ENGINE"] == "django.db.backends.postgresql":
        pool = {
            "min_size": 1,
            "max_size": size,
            "timeout": WAIT_SECONDS,
            "reconnect_timeout": RECONNECT_SECONDS,
            "name": "prmonitor",
        }
        database.update(CONN_MAX_AGE=0, OPTIONS={**database.get("OPTIONS", {}), "pool": pool})


def leave_pool() -> None:
    """Gives the calling thread a connection outside the pool, for as long as the thread lives."""
    if _pooled():
        connection.close()
        options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
        connection.settings_dict = {**connection.settings_dict, "OPTIONS": options, "CONN_MAX_AGE": KEEP_SECONDS}


def return_connection() -> None:
    """Gives the calling thread's connection back to the pool before a long wait; the next query takes one again."""
    if _pooled() and not connection.in_atomic_block:
        connection.close()


def _pooled() -> bool:
    return "pool" in connection.settings_dict["OPTIONS"]
