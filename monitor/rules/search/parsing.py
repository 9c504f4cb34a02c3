"""Parses the text of a search into a `SearchQuery`: words and quotes, fields and values, and fields given twice.

Depends on no setting.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from monitor.rules.search.errors import SearchError
from monitor.rules.search.suggestions import unknown_field
from monitor.rules.search.term_values import parse_value
from monitor.rules.search.terms import Clause, SearchQuery, SearchTerm, Sort, is_narrowing
from monitor.rules.search.vocabulary import FIELDS, NUMBER, TITLE

MAX_TERMS = 30
MAX_LENGTH = 2000
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"'})  # phones and word processors type these for a straight quote
_WORD = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^\s"])+')
_NAMED = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _ParsedTerm:
    """One term of the text; `negated` if it was written with `-` before it."""

    term: SearchTerm
    negated: bool


def parse(text: str, now: datetime) -> SearchQuery:
    """The query that a text means; an empty text has no conditions. `now` is aware. Errors: SearchError.

    If a field is given twice, one of the values has to match where a pull request has only one (`repo:`, `author:` …),
    and both where it may have several (`label:`, `owner:` …). Of negated terms, none may match.
    """
    # A list: an open quote must be reported before the terms that it tears apart are parsed.
    terms = [_parse_term(word, now) for word in list(_words(text))]
    if len(terms) > MAX_TERMS:
        raise SearchError(f"These are {len(terms)} terms; a search takes at most {MAX_TERMS}.")
    orders = {str(one.term.value) for one in terms if one.term.field == "sort"}
    if len(orders) > 1:
        raise SearchError(f"A result has one order, not {' and '.join(f'sort:{name}' for name in sorted(orders))}.")
    conditions = [one for one in terms if one.term.field != "sort"]
    return SearchQuery(tuple(_clauses(conditions)), cast(Sort, orders.pop()) if orders else None)


def is_timeless(text: str, now: datetime) -> bool:
    """Whether what a text finds, and in which order, changes only with the data: not as time passes.

    Errors: SearchError.
    """
    query = parse(text, now)
    moves = query != parse(text, now + timedelta(days=1)) or query.sort == "urgency"
    return not moves and all(term.field != "snoozed" for term in query.terms)


def _words(text: str) -> Iterator[str]:
    """Splits the text at spaces outside quotes; control characters count as spaces. Errors: SearchError."""
    if len(text) > MAX_LENGTH:
        raise SearchError(f"These are {len(text)} characters; a search takes at most {MAX_LENGTH}.")
    plain = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text).translate(_QUOTES)
    end = 0
    for found in _WORD.finditer(plain):
        _check_no_open_quote(plain[end : found.start()])
        end = found.end()
        yield found.group()
    _check_no_open_quote(plain[end:])


def _check_no_open_quote(between: str) -> None:
    if '"' in between:
        raise SearchError('A quote is opened and not closed: put a " at the end of what belongs together.')


def _parse_term(word: str, now: datetime) -> _ParsedTerm:
    negated = word.startswith("-")
    bare = word[1:] if negated else word
    if not bare.strip("-"):
        raise SearchError(f"“{word[:60]}” takes something away, and nothing follows it. Did you mean -label:wip?")
    if negated and bare.startswith("-"):
        raise SearchError(f"“{word[:60]}” is taken away twice. Did you mean {bare[:60]}?")
    named = _NAMED.fullmatch(bare)
    if named is None:
        return _ParsedTerm(_unnamed(bare), negated)
    name, value = named[1].lower(), _unquoted(named[2])
    if name not in FIELDS:
        raise unknown_field(name, value)
    if name == "sort" and negated:
        raise SearchError(f"“{word}” takes an order away. Did you mean {bare}?")
    return _ParsedTerm(SearchTerm(name, parse_value(FIELDS[name], value, now)), negated)


def _unnamed(bare: str) -> SearchTerm:
    """The term of a word without a field: `#123`, or words of the title."""
    if bare.startswith("#"):
        if not re.fullmatch(r"#[0-9]{1,9}", bare):
            raise SearchError(
                f'No term “{bare[:60]}”: # takes a number. Did you mean #123, or "{bare[:60]}" in a title?'
            )
        return SearchTerm(NUMBER, int(bare[1:]))
    words = _unquoted(bare).strip()
    if not words:
        raise SearchError('“""” has no words in it. Did you mean "some words"?')
    return SearchTerm(TITLE, words.casefold())


def _unquoted(text: str) -> str:
    return re.sub(r'"((?:\\.|[^"\\])*)"', lambda found: re.sub(r"\\(.)", r"\1", found[1]), text)


def _clauses(parsed: list[_ParsedTerm]) -> Iterator[Clause]:
    alternatives: dict[str, list[SearchTerm]] = {}
    for one in parsed:
        if one.negated or not _is_alternative(one.term):
            yield Clause((one.term,), one.negated)
        else:
            alternatives.setdefault(_alternatives_key(one.term), []).append(one.term)
    for terms in alternatives.values():
        yield Clause(tuple(dict.fromkeys(terms)))


def _is_alternative(term: SearchTerm) -> bool:
    return term.field == NUMBER or (term.field != TITLE and FIELDS[term.field].alternatives)


def _alternatives_key(term: SearchTerm) -> str:
    return f"is:{term.value}" if is_narrowing(term) else term.field
