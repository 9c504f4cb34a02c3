"""The parts of a parsed search: terms, clauses of alternative terms, the order of the result. Depends on no setting."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from monitor.rules.search.vocabulary import NARROWING, TITLE

Sort = Literal["updated", "created", "age", "size", "urgency"]


@dataclass(frozen=True, slots=True)
class LoginOrTeam:
    """A login or a team (`org/slug`), in lower case."""

    name: str

    @property
    def is_team(self) -> bool:
        return "/" in self.name


@dataclass(frozen=True, slots=True)
class Me:
    """The user who searches: `@me`, or `turn:me`."""


ME = Me()


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """The time from `start` up to, but not including, `end` (both aware); None means no bound."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a time lies in the span; None lies in no span."""
        if moment is None:
            return False
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One condition on a field. A text `value` is in the case in which it is compared: lower case, or case-folded."""

    field: str
    value: str | int | bool | LoginOrTeam | Me | TimeSpan


def is_narrowing(term: SearchTerm) -> bool:
    """Whether the term is one of `is:` that a pull request may be besides its state, like `is:draft`."""
    return term.field == "is" and term.value in NARROWING


@dataclass(frozen=True, slots=True)
class Clause:
    """Terms of which at least one has to match. A negated clause has a single term, which must not match."""

    terms: tuple[SearchTerm, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Clauses that all have to match, and the order of the result; without one, the newest update comes first."""

    clauses: tuple[Clause, ...] = ()
    sort: Sort | None = None

    @property
    def terms(self) -> tuple[SearchTerm, ...]:
        return tuple(term for clause in self.clauses for term in clause.terms)

    @property
    def needs_viewer_login(self) -> bool:
        """Whether a term refers to the user who searches, so that the search needs their GitHub login."""
        return any(term.value == ME for term in self.terms)

    @property
    def reads_titles(self) -> bool:
        """Whether the search has words of titles: no index helps, each candidate's title has to be read."""
        return any(term.field == TITLE for term in self.terms)

    @property
    def logins(self) -> frozenset[str]:
        """The logins whose teams the search needs: `owner:` and `involves:` also match what a person's teams own."""
        names = (term.value for term in self.terms if term.field in {"owner", "involves"})
        return frozenset(value.name for value in names if isinstance(value, LoginOrTeam) and not value.is_team)

    @property
    def names_a_state(self) -> bool:
        """Whether the search names a state: open, closed or merged. `is:draft` and its like do not."""
        return any(term.field == "is" and not is_narrowing(term) for term in self.terms)

    def within(self, state: str | None) -> "SearchQuery":
        """The search, narrowed to a state: open, closed (not merged) or merged. `all` narrows nothing.

        None means open, unless the search itself names a state.
        """
        wanted = ("all" if self.names_a_state else "open") if state is None else state
        if wanted == "all":
            return self
        return replace(self, clauses=(*self.clauses, Clause((SearchTerm("is", wanted),))))
