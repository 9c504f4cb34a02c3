"""Whether a pull request is in the result of a search: the grammar as a predicate."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import cast

from monitor.events import Role
from monitor.search.facts import AUTHOR, REVIEWER, Facts
from monitor.search.terms import ME, Name, Query, Span, Term
from monitor.search.vocabulary import NUMBER, TITLE, size_of


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their GitHub login, and the teams of everybody whose teams the query asks for; all in lower case."""

    login: str | None = None
    teams: Mapping[str, Collection[str]] = field(default_factory=dict)

    def names(self, term: Term) -> frozenset[str]:
        """Every name that stands for whom the term means; for a login its teams too."""
        meant = self.login if term.value == ME else cast(Name, term.value).name
        return frozenset({meant, *self.teams.get(meant, ())}) if meant else frozenset()


def matches(query: Query, facts: Facts, reader: Reader) -> bool:
    """Whether `facts` fulfil `query`. What asks for the reader holds for nobody whose login is not known."""
    if query.asks_who_reads and not reader.login:
        return False
    return all(
        any(_TESTS[term.field](facts, term, reader) for term in clause.terms) is not clause.negated
        for clause in query.clauses
    )


def _is(facts: Facts, term: Term, reader: Reader) -> bool:
    return facts.draft if term.value == "draft" else facts.state == term.value


def _author(facts: Facts, term: Term, reader: Reader) -> bool:
    meant = reader.login if term.value == ME else cast(Name, term.value).name
    return facts.author == meant


def _has(*roles: Role) -> Callable[[Facts, Term, Reader], bool]:
    def test(facts: Facts, term: Term, reader: Reader) -> bool:
        names = reader.names(term)
        return any(name in names for role in roles for name in facts.roles.get(role, ()))

    return test


def _turn(facts: Facts, term: Term, reader: Reader) -> bool:
    if term.value == ME:
        return any(reader.login in facts.turn.get(side, ()) for side in (AUTHOR, REVIEWER))
    if term.value == "none":
        return not any(facts.turn.values())
    return bool(facts.turn.get(AUTHOR if term.value == "author" else REVIEWER))


_TESTS: Mapping[str, Callable[[Facts, Term, Reader], bool]] = {
    "is": _is,
    "author": _author,
    "assignee": _has(Role.ASSIGNED),
    "review-requested": _has(Role.REVIEW_REQUESTED),
    "team-review-requested": _has(Role.TEAM_REQUESTED),
    "reviewed-by": _has(Role.REVIEWED),
    "owner": _has(Role.CODE_OWNER),
    "involves": _has(*Role),
    "repo": lambda facts, term, reader: facts.repository == term.value,
    "org": lambda facts, term, reader: facts.repository.partition("/")[0] == term.value,
    "label": lambda facts, term, reader: term.value in facts.labels,
    "base": lambda facts, term, reader: facts.base == term.value,
    "head": lambda facts, term, reader: facts.head == term.value,
    "ci": lambda facts, term, reader: facts.ci == term.value,
    "review": lambda facts, term, reader: facts.review == term.value,
    "turn": _turn,
    "bot": lambda facts, term, reader: facts.bot is term.value,
    "snoozed": lambda facts, term, reader: facts.snoozed is term.value,
    "size": lambda facts, term, reader: size_of(facts.lines) == term.value,
    "age": lambda facts, term, reader: cast(Span, term.value).holds(facts.turn_since),
    "updated": lambda facts, term, reader: cast(Span, term.value).holds(facts.updated_at),
    TITLE: lambda facts, term, reader: str(term.value) in facts.title,
    NUMBER: lambda facts, term, reader: facts.number == term.value,
}
