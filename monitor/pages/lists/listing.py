"""Which pull requests a list holds: their repositories, state and search, read from a query string."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from monitor import queries
from monitor.models import Repository
from monitor.pages.lists.grouping import Grouping, grouping_of
from monitor.rules.search import SearchQuery, parse

STATES = ("open", "closed", "merged", "all")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of pull requests: of one repository, or of all that the reader watches; filtered by state and search."""

    repository: Repository | None = None
    state: str = ""
    q: str = ""
    hide_owner: bool = False  # rows show `name#1`, because all watched repositories have the same owner

    @classmethod
    def from_query(cls, query: QueryDict, repository: Repository | None = None, default_q: str = "") -> "Listing":
        """The list that the query string of a page names; by default the search `default_q`. Ignores unknown states."""
        state = query.get("state", "")
        hide_owner = repository is not None or query.get("short") == "1"
        q = query.get("q", "" if state else default_q).strip()
        return cls(repository, state if state in STATES else "", q, hide_owner)

    @classmethod
    def from_row_query(cls, query: QueryDict, user: queries.AnyUser) -> "Listing":
        """The list that `row_query` names, in the address of a single row. Errors: RepositoryNotFound."""
        owner, _, name = query.get("in", "").partition("/")
        return cls.from_query(query, queries.repository_for(user, owner, name) if owner else None)

    @property
    def row_query(self) -> str:
        """The query string for the address of a single row, so that the row is built as in this list."""
        parameters = {"in": self.repository.full_name} if self.repository else {"short": "1" if self.hide_owner else ""}
        return _query_string({**parameters, "state": self.state, "q": self.q})

    @property
    def page_query(self) -> str:
        """The beginning of the query string of a link to another page of the list."""
        query = _query_string({"state": self.state, "q": self.q})
        return f"{query}&" if query else ""

    @property
    def search(self) -> SearchQuery:
        """The search, parsed. Errors: SearchError."""
        return parse(self.q, timezone.now())

    @property
    def grouping(self) -> Grouping:
        """How the list is grouped. Errors: SearchError."""
        return grouping_of(self.q, self.search)

    def search_for(self, user: queries.AnyUser, viewer: queries.Viewer | None = None) -> queries.PullRequestSearch:
        """The pull requests of the list that `user` may see. Errors: SearchError."""
        return queries.search_for(user, repository=self.repository, state=self.state or None, q=self.q, viewer=viewer)


def _query_string(parameters: dict[str, str]) -> str:
    return urlencode({name: value for name, value in parameters.items() if value})
