"""Times as GitHub writes them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache


@lru_cache(maxsize=65536)
def timestamp(value: datetime) -> str:
    """UTC, whole seconds, Z."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
