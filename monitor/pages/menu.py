"""The menu beside every page: the reader's views with their counts, and which of them is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from monitor.actions import saved_views

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
class MenuView:
    """One view in the menu. `count` is None if the search of the view is not valid any more."""

    id: int | str
    name: str
    q: str
    icon: str
    count: int | None
    built_in: bool
    default: bool

    @property
    def address(self) -> str:
        """The address of the dashboard with this view open."""
        return f"/?{urlencode({'q': self.q})}"


@dataclass(frozen=True, slots=True)
class Menu:
    """All views of a reader. `current` is the one that is open, if any."""

    views: tuple[MenuView, ...]
    current: MenuView | None = None

    @property
    def built_in(self) -> Sequence[MenuView]:
        """The views that everybody has."""
        return [view for view in self.views if view.built_in]

    @property
    def saved(self) -> Sequence[MenuView]:
        """The views that the reader has saved."""
        return [view for view in self.views if not view.built_in]

    @property
    def default(self) -> MenuView:
        """The view that the dashboard opens with. The title of the page shows its count."""
        return next(view for view in self.views if view.default)

    def with_current(self, q: str) -> "Menu":
        """The same menu with the view of the search `q` as the current one; none if no view has this search."""
        return replace(self, current=next((view for view in self.views if view.q == q), None))


def menu_for(user: Any) -> Menu:
    """The user's menu with present counts, in a fixed number of statements."""
    views = saved_views.views_for(user)
    counts = saved_views.counts_of(user, views)
    return Menu(
        tuple(
            MenuView(view.id, view.name, view.q, _ICONS.get(str(view.id), "search"), count, view.built_in, view.default)
            for view, count in zip(views, counts, strict=True)
        )
    )
