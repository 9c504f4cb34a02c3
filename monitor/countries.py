"""The countries whose public holidays are known."""

import re
from functools import cache

from holidays.registry import COUNTRIES


@cache
def countries() -> dict[str, str]:
    """Two-letter code of ISO 3166 -> English name, in the order of names."""
    named = {entry[1]: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", entry[0]) for entry in COUNTRIES.values()}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))
