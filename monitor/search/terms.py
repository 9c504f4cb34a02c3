"""A search after reading: terms, which of them are alternatives, and in which order the result comes."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

Sort = Literal["updated", "created", "age", "size"]


@dataclass(frozen=True, slots=True)
class Name:
    """A login or a team (`org/slug`), in lower case."""

    name: str

    @property
    def is_team(self) -> bool:
        return "/" in self.name


@dataclass(frozen=True, slots=True)
class Me:
    """Whoever reads."""


ME = Me()


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` on, up to but without `end`; None: no bound. Aware times."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a time lies in it; a time that is not there lies in none."""
        if moment is None:
            return False
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. `value` is text in the case it is compared in, a name, a number, a span or a truth."""

    field: str
    value: str | int | bool | Name | Me | Span


@dataclass(frozen=True, slots=True)
class Clause:
    """Terms of which one has to hold, or (`negated`, with a single one) must not."""

    terms: tuple[Term, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Clauses which all have to hold, and the order asked for; None: nobody asked, the newest update comes first."""

    clauses: tuple[Clause, ...] = ()
    sort: Sort | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(term for clause in self.clauses for term in clause.terms)

    @property
    def asks_who_reads(self) -> bool:
        """Whether it means something only for somebody whose GitHub login is known."""
        return any(term.value == ME for term in self.terms)

    @property
    def logins(self) -> frozenset[str]:
        """The logins it names whose teams matter: code is owned by teams as well."""
        names = (term.value for term in self.terms if term.field in {"owner", "involves"})
        return frozenset(value.name for value in names if isinstance(value, Name) and not value.is_team)

    @property
    def names_a_state(self) -> bool:
        """Whether `is:` speaks of open, closed or merged; a draft may be any of them."""
        return any(term.field == "is" and term.value != "draft" for term in self.terms)

    def within(self, state: str | None) -> "Query":
        """Narrowed to a state: open, closed (unmerged) or merged; `all` leaves it, None means open unless it names one."""
        wanted = ("all" if self.names_a_state else "open") if state is None else state
        if wanted == "all":
            return self
        return replace(self, clauses=(*self.clauses, Clause((Term("is", wanted),))))
