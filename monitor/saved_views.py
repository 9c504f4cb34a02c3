"""Views: searches that are built in, and searches people keep, each with a live count."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from monitor import queries
from monitor.models import SavedView
from monitor.search import SearchError


class ViewNameTaken(Exception):
    """The user has a view of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f'there is a view named "{name}"')


@dataclass(frozen=True, slots=True)
class View:
    """A search with its name; `id` is a word when it is built in, else a number."""

    id: int | str
    name: str
    q: str
    default: bool = False

    @property
    def built_in(self) -> bool:
        return isinstance(self.id, str)


BUILT_IN = (
    View("waiting", "Waiting on me", "is:open turn:me bot:false snoozed:false"),
    View("mine", "Mine", "is:open author:@me"),
    View("team", "Team", "is:open team-review-requested:@me"),
    View("code", "Code I own", "is:open owner:@me"),
    View("bots", "Bots", "is:open bot:true"),
    View("snoozed", "Snoozed", "is:open snoozed:true"),
    View("merged", "Recently merged", "is:merged involves:@me sort:updated"),
)


def views_for(user: User) -> list[View]:
    """The built-in views, then the user's own. Exactly one is the default: their own choice, or the first."""
    rows = SavedView.objects.filter(user=user.pk)
    own = [View(row.pk, row.name, row.q, row.default) for row in rows]
    chosen = any(view.default for view in own)
    first, *others = BUILT_IN
    return [View(first.id, first.name, first.q, default=not chosen), *others, *own]


def count_for(user: User, view: View) -> int | None:
    """How many pull requests the view shows now; None where its query means nothing (any more)."""
    try:
        return queries.pull_requests_for(user, q=view.q).order_by().count()
    except SearchError:
        return None


def view_json(view: View, count: int | None) -> dict[str, Any]:
    """A view as the API shows it."""
    return {
        "id": view.id,
        "name": view.name,
        "q": view.q,
        "count": count,
        "built_in": view.built_in,
        "default": view.default,
    }


def keep_view(user: User, name: str, q: str) -> View:
    """Keeps a search. Errors: SearchError when `q` means nothing, ViewNameTaken."""
    queries.pull_requests_for(user, q=q)
    if name.lower() in {view.name.lower() for view in BUILT_IN}:
        raise ViewNameTaken(name)
    try:
        with transaction.atomic():
            row = SavedView.objects.create(user=user, name=name, q=q)
    except IntegrityError:
        raise ViewNameTaken(name) from None
    return View(row.pk, row.name, row.q)


def drop_view(user: User, pk: int) -> bool:
    """Forgets a view of the user's own; False if they have none of that number."""
    deleted, _ = SavedView.objects.filter(user=user.pk, pk=pk).delete()
    return bool(deleted)
