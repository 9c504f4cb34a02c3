"""A list of pull requests as an address names it: of which repositories, in which state, by which search."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from monitor import queries
from monitor.models import PullRequest, Repository
from monitor.search import Query, parse
from monitor.views.parting import Parting, parting_of

STATES = ("open", "closed", "merged", "all")


@dataclass(frozen=True, slots=True)
class Listing:
    """Which pull requests: of one repository, or (without) of all the reader subscribes to; by state and search."""

    repository: Repository | None = None
    state: str = ""
    q: str = ""
    short: bool = False  # rows leave the owner out: all that is watched has the same one

    @classmethod
    def asked(cls, query: QueryDict, repository: Repository | None = None, usual: str = "") -> "Listing":
        """What the address asks for, the search `usual` where it asks for none; a state nobody knows is the usual one."""
        state = query.get("state", "")
        short = repository is not None or query.get("short") == "1"
        return cls(repository, state if state in STATES else "", query.get("q", "" if state else usual).strip(), short)

    @classmethod
    def named(cls, query: QueryDict, user: queries.AnyUser) -> "Listing":
        """The list that the address of a row names (`row_query`). Errors: RepositoryNotFound."""
        owner, _, name = query.get("in", "").partition("/")
        return cls.asked(query, queries.repository_for(user, owner, name) if owner else None)

    @property
    def row_query(self) -> str:
        """What a row's address carries so that the row is judged by the same list."""
        place = {"in": self.repository.full_name} if self.repository else {"short": "1" if self.short else ""}
        return _query({**place, "state": self.state, "q": self.q})

    @property
    def page_query(self) -> str:
        """What a link to another page of the list begins with."""
        query = _query({"state": self.state, "q": self.q})
        return f"{query}&" if query else ""

    @property
    def query(self) -> Query:
        """The search, read. Errors: SearchError."""
        return parse(self.q, timezone.now())

    @property
    def parting(self) -> Parting:
        """How it is parted. Errors: SearchError."""
        return parting_of(self.q, self.query)

    def pull_requests(self, user: queries.AnyUser) -> QuerySet[PullRequest]:
        """The rows of the list, access decided. Errors: SearchError."""
        return queries.pull_requests_for(user, repository=self.repository, state=self.state or None, q=self.q)


def _query(asked: dict[str, str]) -> str:
    return urlencode({name: value for name, value in asked.items() if value})
