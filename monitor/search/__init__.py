"""The search grammar, one for pages, API, saved views and rules: text to terms, terms to a predicate. Pure."""

from monitor.search.errors import SearchError
from monitor.search.facts import Facts, facts_of
from monitor.search.matching import Reader, matches
from monitor.search.parsing import LENGTH, TERMS, parse
from monitor.search.terms import ME, Clause, Me, Name, Query, Span, Term

__all__ = [
    "LENGTH",
    "ME",
    "TERMS",
    "Clause",
    "Facts",
    "Me",
    "Name",
    "Query",
    "Reader",
    "SearchError",
    "Span",
    "Term",
    "facts_of",
    "matches",
    "parse",
]
