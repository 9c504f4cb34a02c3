"""Pages of a list of the REST API: `per_page` and `page`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from monitor.demo.server.http import Request

T = TypeVar("T")


def paginated(request: Request, rows: Sequence[T]) -> Sequence[T]:
    size, number = min(100, int(request.argument("per_page", "30"))), int(request.argument("page", "1"))
    return rows[(number - 1) * size : number * size]
