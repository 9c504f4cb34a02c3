"""A database that refuses some statements, as one does whose disk is full or whose server goes away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.db import OperationalError, connection


@contextmanager
def refusing(part: str, *, after: int = 0, error: type[Exception] = OperationalError) -> Iterator[list[str]]:
    """Refuses the statements with this part, but for the first `after` of them; gives those that were refused."""
    refused: list[str] = []
    passed = count(after, -1)

    def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if part in sql and next(passed) <= 0:
            refused.append(sql)
            raise error("database or disk is full")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield refused
