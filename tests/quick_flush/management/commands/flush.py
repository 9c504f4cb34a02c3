"""`flush` for tests, which comes after every test with transactions of its own."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

Rows = list[tuple[Any, ...]]
_rows_of_migrate: dict[str, Rows] = {}


class Command(flush.Command):
    """Django's `flush`; but the permissions, schedules and so on are worked out once and then only put back.

    Django lets the commands of an app replace its own:
    https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/#overriding-commands
    """

    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        if not _rows_of_migrate:
            super().handle(**options)
            _rows_of_migrate.update(_all_rows(connection))
            return
        super().handle(**options | {"inhibit_post_migrate": True})
        # In a transaction, foreign keys are checked at its end: the order of the tables makes no difference.
        with transaction.atomic(options["database"]), connection.cursor() as cursor:
            for table, rows in _rows_of_migrate.items():
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {connection.ops.quote_name(table)} VALUES ({places})", rows)


def _all_rows(connection: BaseDatabaseWrapper) -> dict[str, Rows]:
    """The rows of every table that has any."""
    found: dict[str, Rows] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if rows := cursor.fetchall():
                found[table] = rows
    found.pop("django_migrations", None)
    return found
