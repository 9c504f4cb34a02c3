"""Reuses the SQL that Django wrote for a query when the same query comes again with other values.

To write the SQL of a search takes Django several milliseconds, more than the database needs to answer. A prepared query is
written once, with stand-ins in the place of its values; later only the values are put in.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from secrets import randbelow, token_hex
from threading import Lock
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet
from django.db.models.sql.where import WhereNode

T = TypeVar("T")

MAX_PREPARED = 1000  # a statement takes some 10 KB, the longest that anybody may ask for 30
# Nobody can guess a stand-in, so no value that a user writes into a search is taken for one.
_FIRST_NUMBER = 1_000_000_000 + randbelow(1_000_000_000)
_FIRST_TIME = datetime(9000, 1, 1, tzinfo=UTC) + timedelta(microseconds=randbelow(10**15))
_PREFIX = f"stand-in-{token_hex(16)}-"


@dataclass(frozen=True, slots=True)
class _Statement:
    """The SQL of a query. `places`: the index of a parameter -> the number of the value that belongs there."""

    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    places: Mapping[int, int]


_lock = Lock()
_statements: OrderedDict[Hashable, _Statement | None] = OrderedDict()


def prepared(build: Callable[..., QuerySet[Any]]) -> Callable[..., list[Any]]:
    """Makes of a function that builds a query one that gives the rows of this query.

    Positional arguments are hashable, and decide about the text of the query. Keyword arguments are values that only stand
    in its conditions: ints, strings and times, or tuples of ints or of strings. `build` sees stand-ins in their place, so
    it must not look at them; how many a tuple holds, it may see. The rows are those that the query set would give.
    """

    @wraps(build)
    def rows(*shape: Hashable, **values: Any) -> list[Any]:
        lengths = tuple((name, len(value) if isinstance(value, tuple) else None) for name, value in values.items())
        key = (build, lengths, shape)
        flat = [one for value in values.values() for one in (value if isinstance(value, tuple) else (value,))]
        statement = _kept(key, lambda: _write(build, shape, values))
        if statement is None:
            return []
        found = _rows_of(statement, flat)
        return list(build(*shape, **values)) if found is None else found

    return rows


def padded(values: Sequence[T]) -> tuple[T, ...]:
    """The values with the last one repeated, so that there are 2, 4, 8 … of them: many lengths share few statements."""
    wanted = 1 << (len(values) - 1).bit_length()
    return (*values, *[values[-1]] * (wanted - len(values))) if values else ()


def _kept(key: Hashable, write: Callable[[], _Statement | None]) -> _Statement | None:
    with _lock:
        if key in _statements:
            _statements.move_to_end(key)
            return _statements[key]
    statement = write()
    with _lock:
        _statements[key] = statement
        while len(_statements) > MAX_PREPARED:
            _statements.popitem(last=False)
    return statement


def _write(
    build: Callable[..., QuerySet[Any]], shape: Sequence[Hashable], values: Mapping[str, Any]
) -> _Statement | None:
    """The statement with stand-ins; None if Django sees that the query finds nothing, whatever the values."""
    stand_ins: list[Any] = []

    def stand_in(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(stand_in(one) for one in value)
        stand_ins.append(_stand_in(value, len(stand_ins)))
        return stand_ins[-1]

    queryset = build(*shape, **{name: stand_in(value) for name, value in values.items()})
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    numbers = {_adapted(one): number for number, one in enumerate(stand_ins)}
    places = {
        index: numbers[param] for index, param in enumerate(params) if isinstance(param, Hashable) and param in numbers
    }
    _check_that_all_are_found(params, places, sql)
    compiler.connection = None
    queryset.query.where = compiler.where = WhereNode()  # the conditions stand in the text, and would take much memory
    return _Statement(queryset, compiler, sql, tuple(params), places)


def _stand_in(value: Any, number: int) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str | datetime):
        raise TypeError(f"a value of a prepared query is an int, a str, a datetime or a tuple of them, not {value!r}")
    if isinstance(value, int):
        return _FIRST_NUMBER + number
    return f"{_PREFIX}{number}" if isinstance(value, str) else _FIRST_TIME + timedelta(microseconds=number)


def _adapted(value: Any) -> Any:
    """The value as a parameter of a statement: SQLite knows no times."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _check_that_all_are_found(params: Sequence[Any], places: Mapping[int, int], sql: str) -> None:
    """Part of a longer parameter (`%…%`), or in the text itself, a stand-in would stay for ever."""
    left = [str(param) for index, param in enumerate(params) if index not in places]
    if any(_PREFIX in one for one in (*left, sql)):
        raise ValueError("a value of a prepared query may only be compared whole")


def _rows_of(statement: _Statement, values: Sequence[Any]) -> list[Any] | None:
    """The rows; None if Django did not take the prepared text, and so has read rows for stand-ins."""
    params = list(statement.params)
    for index, number in statement.places.items():
        value = _adapted(values[number])
        # psycopg's numbers have types of their own, which say how large the column is.
        params[index] = value if type(params[index]) in (type(value), str) else type(params[index])(value)
    taken = False

    def as_sql(*_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        nonlocal taken
        taken = True
        return statement.sql, tuple(params)

    compiler = copy.copy(statement.compiler)
    compiler.connection, compiler.as_sql = connections[DEFAULT_DB_ALIAS], as_sql
    queryset = statement.queryset.all()
    queryset.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
    rows = list(queryset)
    return rows if taken else None
