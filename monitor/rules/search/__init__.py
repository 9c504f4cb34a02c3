"""The search grammar of pages, API and saved views (docs/search.md): parses a text, and tests pull requests against it.

Called by `queries/searches` and `actions/saved_views`; `queries/search_conditions` makes database conditions of the
same terms. Depends on no setting.
"""

from monitor.rules.search.errors import SearchError
from monitor.rules.search.matching import SearchViewer, matches
from monitor.rules.search.parsing import MAX_LENGTH, MAX_TERMS, is_timeless, parse
from monitor.rules.search.pull_request_facts import PullRequestFacts, facts_of, facts_to_store, stored_facts
from monitor.rules.search.terms import ME, Clause, LoginOrTeam, Me, SearchQuery, SearchTerm, TimeSpan

__all__ = [
    "MAX_LENGTH",
    "MAX_TERMS",
    "ME",
    "Clause",
    "LoginOrTeam",
    "Me",
    "PullRequestFacts",
    "SearchError",
    "SearchQuery",
    "SearchTerm",
    "SearchViewer",
    "TimeSpan",
    "facts_of",
    "facts_to_store",
    "is_timeless",
    "matches",
    "parse",
    "stored_facts",
]
