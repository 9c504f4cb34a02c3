"""Text to a query: words and quotes, names and colons, and what giving a term twice means."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from monitor.search.errors import SearchError
from monitor.search.nearest import unknown
from monitor.search.terms import Clause, Query, Sort, Term
from monitor.search.values import value_of
from monitor.search.vocabulary import FIELDS, NUMBER, TITLE

TERMS = 30
LENGTH = 2000
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"'})  # what phones and word processors type
_WORD = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^\s"])+')
_NAMED = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Said:
    """One term as somebody wrote it, and whether it is taken away."""

    term: Term
    negated: bool


def parse(text: str, now: datetime) -> Query:
    """The query behind a text; an empty text is a query without conditions. `now`: aware. Errors: SearchError.

    The same term twice: either will do where a pull request has only one of it (`repo:`, `author:` …),
    both have to hold where it may have several (`label:`, `owner:` …). What is taken away is taken away each for itself.
    """
    said = [_said(word, now) for word in list(_words(text))]  # an open quote is told before what it tore apart
    if len(said) > TERMS:
        raise SearchError(f"These are {len(said)} terms; a search takes at most {TERMS}.")
    orders = {str(one.term.value) for one in said if one.term.field == "sort"}
    if len(orders) > 1:
        raise SearchError(f"A result has one order, not {' and '.join(f'sort:{name}' for name in sorted(orders))}.")
    conditions = [one for one in said if one.term.field != "sort"]
    return Query(tuple(_clauses(conditions)), cast(Sort, orders.pop()) if orders else None)


def _words(text: str) -> Iterator[str]:
    """Splits at spaces outside quotes; control characters count as spaces."""
    if len(text) > LENGTH:
        raise SearchError(f"These are {len(text)} characters; a search takes at most {LENGTH}.")
    plain = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text).translate(_QUOTES)
    end = 0
    for found in _WORD.finditer(plain):
        _closed(plain[end : found.start()])
        end = found.end()
        yield found.group()
    _closed(plain[end:])


def _closed(between: str) -> None:
    if '"' in between:
        raise SearchError('A quote is opened and not closed: put a " at the end of what belongs together.')


def _said(word: str, now: datetime) -> _Said:
    negated = word.startswith("-")
    bare = word[1:] if negated else word
    if not bare.strip("-"):
        raise SearchError(f"“{word[:60]}” takes something away, and nothing follows it. Did you mean -label:wip?")
    if negated and bare.startswith("-"):
        raise SearchError(f"“{word[:60]}” is taken away twice. Did you mean {bare[:60]}?")
    named = _NAMED.fullmatch(bare)
    if named is None:
        return _Said(_unnamed(bare), negated)
    name, value = named[1].lower(), _unquoted(named[2])
    if name not in FIELDS:
        raise unknown(name, value)
    if name == "sort" and negated:
        raise SearchError(f"“{word}” takes an order away. Did you mean {bare}?")
    return _Said(Term(name, value_of(FIELDS[name], value, now)), negated)


def _unnamed(bare: str) -> Term:
    """A number, or words of the title."""
    if bare.startswith("#"):
        if not re.fullmatch(r"#[0-9]{1,9}", bare):
            raise SearchError(
                f'No term “{bare[:60]}”: # takes a number. Did you mean #123, or "{bare[:60]}" in a title?'
            )
        return Term(NUMBER, int(bare[1:]))
    words = _unquoted(bare).strip()
    if not words:
        raise SearchError('“""” has no words in it. Did you mean "some words"?')
    return Term(TITLE, words.casefold())


def _unquoted(text: str) -> str:
    return re.sub(r'"((?:\\.|[^"\\])*)"', lambda found: re.sub(r"\\(.)", r"\1", found[1]), text)


def _clauses(said: list[_Said]) -> Iterator[Clause]:
    together: dict[str, list[Term]] = {}
    for one in said:
        if one.negated or not _either(one.term):
            yield Clause((one.term,), one.negated)
        else:
            together.setdefault(_axis(one.term), []).append(one.term)
    for terms in together.values():
        yield Clause(tuple(dict.fromkeys(terms)))


def _either(term: Term) -> bool:
    return term.field == NUMBER or (term.field != TITLE and FIELDS[term.field].either)


def _axis(term: Term) -> str:
    # Open, closed and merged exclude each other; a draft is one of them besides, so it narrows as on GitHub.
    return "draft" if term == Term("is", "draft") else term.field
