"""Names in GraphQL's manner and in Python's."""

from __future__ import annotations

import re

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake(camel: str) -> str:
    """`headRefOid` as `head_ref_oid`."""
    return _HUMP.sub("_", camel).lower()
