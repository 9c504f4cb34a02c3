"""Masks secrets in daphne's access log: paths hold sign-in links, and codes that other sites send with a redirect.

Uses insides of daphne 4.2: `daphne.cli.AccessLogGenerator`, looked up when the server is made, and its `write_entry`.
tests/runtime/test_insides.py holds them.
"""

from typing import Any

import daphne.cli
from daphne.access import AccessLogGenerator

from monitor.rules.masking import masked


class MaskedAccessLog(AccessLogGenerator):
    """Lines in daphne's own form."""

    def write_entry(self, host: str, date: Any, request: str, *more: Any, **named: Any) -> None:
        super().write_entry(host, date, masked(request), *more, **named)


def install() -> None:
    """Makes daphne's command line use our class for its access log. Call it before the server starts."""
    daphne.cli.AccessLogGenerator = MaskedAccessLog
