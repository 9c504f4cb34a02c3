"""The countries of ISO 3166, as the time zone database lists them."""

from functools import cache
from importlib.resources import files


@cache
def countries() -> dict[str, str]:
    """Two-letter code -> English name."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {code: name for code, name in rows}  # noqa: C416 - a list of two is no pair to the type checker
