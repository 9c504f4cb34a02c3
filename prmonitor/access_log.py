"""daphne's access log without secrets: addresses hold sign-in links, and what other sites send back with a redirect.

Leans on insides of daphne 4.2: `daphne.cli.AccessLogGenerator`, looked up when the server is made, and its `write_entry`.
tests/runtime/test_insides.py holds them.
"""

from typing import Any

import daphne.cli
from daphne.access import AccessLogGenerator

from monitor.masking import masked


class MaskedAccessLog(AccessLogGenerator):
    """Lines in daphne's own form."""

    def write_entry(self, host: str, date: Any, request: str, *more: Any, **named: Any) -> None:
        super().write_entry(host, date, masked(request), *more, **named)


def install() -> None:
    """From now on daphne's command line makes its access log by our class; before its server runs."""
    daphne.cli.AccessLogGenerator = MaskedAccessLog
