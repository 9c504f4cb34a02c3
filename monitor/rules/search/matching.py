"""Decides whether one pull request is in the result of a search.

`queries/search_conditions` says the same to the database; tests compare the two. Depends on no setting.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import cast

from monitor.rules.roles import Role
from monitor.rules.search.pull_request_facts import AUTHOR, REVIEWER, PullRequestFacts
from monitor.rules.search.terms import ME, LoginOrTeam, SearchQuery, SearchTerm, TimeSpan
from monitor.rules.search.vocabulary import NUMBER, TITLE, size_of


@dataclass(frozen=True, slots=True)
class SearchViewer:
    """The user who searches: their login, and login -> teams for them and everybody whose teams the search needs.

    All names are in lower case. `login` is None if the user's GitHub login is not known.
    """

    login: str | None = None
    teams: Mapping[str, Collection[str]] = field(default_factory=dict)

    def names(self, term: SearchTerm) -> frozenset[str]:
        """The names that the term stands for: a team, or a login and the teams of that login."""
        meant = self.login if term.value == ME else cast(LoginOrTeam, term.value).name
        return frozenset({meant, *self.teams.get(meant, ())}) if meant else frozenset()


def matches(query: SearchQuery, facts: PullRequestFacts, viewer: SearchViewer) -> bool:
    """Whether the pull request matches. A search for `@me` or `turn:me` matches nothing if the viewer has no login."""
    if query.needs_viewer_login and not viewer.login:
        return False
    return all(
        any(_TESTS[term.field](facts, term, viewer) for term in clause.terms) is not clause.negated
        for clause in query.clauses
    )


def _is(facts: PullRequestFacts, term: SearchTerm, viewer: SearchViewer) -> bool:
    narrowing = {"draft": facts.draft, "queued": facts.queued, "stacked": facts.stacked}
    return narrowing.get(str(term.value), facts.state == term.value)


def _author(facts: PullRequestFacts, term: SearchTerm, viewer: SearchViewer) -> bool:
    meant = viewer.login if term.value == ME else cast(LoginOrTeam, term.value).name
    return facts.author == meant


def _has(*roles: Role) -> Callable[[PullRequestFacts, SearchTerm, SearchViewer], bool]:
    def test(facts: PullRequestFacts, term: SearchTerm, viewer: SearchViewer) -> bool:
        names = viewer.names(term)
        return any(name in names for role in roles for name in facts.roles.get(role, ()))

    return test


def _turn(facts: PullRequestFacts, term: SearchTerm, viewer: SearchViewer) -> bool:
    if term.value == ME:
        return any(viewer.login in facts.turn.get(side, ()) for side in (AUTHOR, REVIEWER))
    if term.value == "none":
        return not any(facts.turn.values())
    return bool(facts.turn.get(AUTHOR if term.value == "author" else REVIEWER))


_TESTS: Mapping[str, Callable[[PullRequestFacts, SearchTerm, SearchViewer], bool]] = {
    "is": _is,
    "author": _author,
    "assignee": _has(Role.ASSIGNED),
    "review-requested": _has(Role.REVIEW_REQUESTED),
    "user-review-requested": _has(Role.REVIEW_REQUESTED),
    "team-review-requested": _has(Role.TEAM_REQUESTED),
    "reviewed-by": _has(Role.REVIEWED),
    "owner": _has(Role.CODE_OWNER),
    "involves": _has(*Role),
    "repo": lambda facts, term, viewer: facts.repository == term.value,
    "org": lambda facts, term, viewer: facts.repository.partition("/")[0] == term.value,
    "label": lambda facts, term, viewer: term.value in facts.labels,
    "base": lambda facts, term, viewer: facts.base == term.value,
    "head": lambda facts, term, viewer: facts.head == term.value,
    "ci": lambda facts, term, viewer: facts.ci == term.value,
    "review": lambda facts, term, viewer: facts.review == term.value,
    "turn": _turn,
    "bot": lambda facts, term, viewer: (facts.bot and not facts.roles.get(Role.ASSIGNED)) is term.value,
    "snoozed": lambda facts, term, viewer: facts.snoozed is term.value,
    "size": lambda facts, term, viewer: size_of(facts.lines) == term.value,
    "age": lambda facts, term, viewer: cast(TimeSpan, term.value).holds(facts.turn_since),
    "updated": lambda facts, term, viewer: cast(TimeSpan, term.value).holds(facts.updated_at),
    TITLE: lambda facts, term, viewer: str(term.value) in facts.title,
    NUMBER: lambda facts, term, viewer: facts.number == term.value,
}
