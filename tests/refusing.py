"""A database that refuses some statements, as one does whose disk is full or whose server goes away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection


@contextmanager
def refusing(part: str) -> Iterator[list[str]]:
    """Refuses the statements with this part; gives those that were refused."""
    refused: list[str] = []

    def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if part in sql:
            refused.append(sql)
            raise OperationalError("database or disk is full")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield refused
