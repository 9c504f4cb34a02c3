"""The views beside every page: searches with their counts, and which of them one is in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from monitor import saved_views

_ICONS = {
    "waiting": "inbox",
    "mine": "person",
    "team": "people",
    "code": "owner",
    "bots": "bot",
    "snoozed": "snooze",
    "merged": "merge",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One view as the side shows it; `count` is None where its query means nothing any more."""

    id: int | str
    name: str
    q: str
    icon: str
    count: int | None
    built_in: bool
    default: bool

    @property
    def address(self) -> str:
        """Where it is shown."""
        return f"/?{urlencode({'q': self.q})}"


@dataclass(frozen=True, slots=True)
class Navigation:
    """All views of a reader, and the one whose query is asked for."""

    places: tuple[Place, ...]
    here: Place | None = None

    @property
    def built_in(self) -> Sequence[Place]:
        """Those everybody has."""
        return [place for place in self.places if place.built_in]

    @property
    def own(self) -> Sequence[Place]:
        """Those the reader keeps."""
        return [place for place in self.places if not place.built_in]

    @property
    def home(self) -> Place:
        """What the dashboard opens with; its count is the number in the page's title."""
        return next(place for place in self.places if place.default)

    def at(self, q: str) -> "Navigation":
        """The same, where one is looking at the search `q`."""
        return replace(self, here=next((place for place in self.places if place.q == q), None))


def navigation_for(user: Any) -> Navigation:
    """The reader's views with today's counts, in a fixed number of statements."""
    views = saved_views.views_for(user)
    counts = saved_views.counts_of(user, views)
    places = tuple(
        Place(view.id, view.name, view.q, _ICONS.get(str(view.id), "search"), count, view.built_in, view.default)
        for view, count in zip(views, counts, strict=True)
    )
    return Navigation(places)
