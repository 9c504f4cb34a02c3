"""The countries whose public holidays the `holidays` package knows.

Called by the profile form and the API, which offer and check a person's country. Depends on no setting.
"""

import re
from functools import cache

from holidays.registry import COUNTRIES


@cache
def countries() -> dict[str, str]:
    """Two-letter code of ISO 3166 -> English name, sorted by name."""
    named = {entry[1]: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", entry[0]) for entry in COUNTRIES.values()}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))
