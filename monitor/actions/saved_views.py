"""The views of the dashboard: built-in searches, and searches that users save, each with a count of pull requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from monitor.models import SavedView
from monitor.queries.cached_counts import cached_counts_for
from monitor.quotas.concurrency import few_at_once
from monitor.rules.search import SearchError, SearchQuery, parse

ViewGrouping = Literal["turn", "mine", "repository"]
MAX_VIEWS = 200  # views that one person may save
MAX_TERMS = 400  # terms in all their searches together: each term costs time whenever the views are counted


class ViewNameTaken(Exception):
    """The user already has a view with that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f'there is a view named "{name}"')


class TooManyViews(Exception):
    """The user would have more views, or more terms in all their searches together, than one person may have."""

    def __init__(self, terms: int = 0) -> None:
        too_long = f"the searches of your views have {terms} terms together, and {MAX_TERMS} is the most"
        super().__init__(f"{too_long if terms else f'you keep {MAX_VIEWS} views'}; let one go first")


@dataclass(frozen=True, slots=True)
class DashboardView:
    """A search with a name. `id`: a word for a built-in view, else a number. `grouping`: how pages group its rows."""

    id: int | str
    name: str
    q: str
    default: bool = False
    grouping: ViewGrouping = "turn"

    @property
    def built_in(self) -> bool:
        return isinstance(self.id, str)


BUILT_IN = (
    DashboardView("waiting", "Waiting on me", "is:open turn:me bot:false snoozed:false sort:urgency"),
    DashboardView("mine", "Mine", "is:open author:@me", grouping="mine"),
    DashboardView("team", "Team", "is:open team-review-requested:@me"),
    DashboardView("code", "Code I own", "is:open owner:@me"),
    DashboardView("bots", "Bots", "is:open bot:true", grouping="repository"),
    DashboardView("snoozed", "Snoozed", "is:open snoozed:true"),
    DashboardView("merged", "Recently merged", "is:merged involves:@me updated:>=@today-14d"),
)


def views_for(user: User) -> list[DashboardView]:
    """The built-in views, then the user's own. Exactly one is the default: the one they chose, or else the first."""
    rows = SavedView.objects.filter(user=user.pk)
    own = [DashboardView(row.pk, row.name, row.q, row.default) for row in rows]
    chosen = any(view.default for view in own)
    first, *others = BUILT_IN
    return [DashboardView(first.id, first.name, first.q, default=not chosen), *others, *own]


def counts_of(user: User, views: Sequence[DashboardView]) -> list[int | None]:
    """How many pull requests each view shows now, in a bounded number of statements.

    None for a view whose search is not valid (any more), and for saved views beyond `MAX_TERMS`.
    Errors: TooManyAtOnce.
    """
    parsed = _within_budget(views, [_parse(view.q) for view in views])
    with few_at_once(user.pk):
        counted = iter(cached_counts_for(user, [query for query in parsed if query is not None]))
    return [None if query is None else next(counted) for query in parsed]


def _within_budget(views: Sequence[DashboardView], parsed: Sequence[SearchQuery | None]) -> list[SearchQuery | None]:
    """None in place of searches beyond `MAX_TERMS`: a user may have saved more views before there was a limit."""
    left = MAX_TERMS
    found: list[SearchQuery | None] = []
    for view, query in zip(views, parsed, strict=True):
        if query is not None and not view.built_in:
            left -= _terms_in(view.q)
        found.append(query if left >= 0 or view.built_in else None)
    return found


def _terms_in(q: str) -> int:
    """How many terms a search has; 0 for a search that is not valid (any more), which is not counted either."""
    try:
        return len(parse(q, timezone.now()).terms)
    except SearchError:
        return 0


def _parse(q: str) -> SearchQuery | None:
    try:
        return parse(q, timezone.now()).within(None)
    except SearchError:
        return None


def view_json(view: DashboardView, count: int | None) -> dict[str, Any]:
    """A view as the API shows it."""
    return {
        "id": view.id,
        "name": view.name,
        "q": view.q,
        "count": count,
        "built_in": view.built_in,
        "default": view.default,
    }


def keep_view(user: User, name: str, q: str) -> DashboardView:
    """Saves a search as a view. Errors: SearchError when `q` is not valid, ViewNameTaken, TooManyViews."""
    terms = len(parse(q, timezone.now()).terms)
    if name.lower() in {view.name.lower() for view in BUILT_IN}:
        raise ViewNameTaken(name)
    if SavedView.objects.filter(user=user.pk).count() >= MAX_VIEWS:
        raise TooManyViews
    saved = SavedView.objects.filter(user=user.pk).values_list("q", flat=True)
    if (together := terms + sum(map(_terms_in, saved))) > MAX_TERMS:
        raise TooManyViews(together)
    try:
        with transaction.atomic():
            row = SavedView.objects.create(user=user, name=name, q=q)
    except IntegrityError:
        raise ViewNameTaken(name) from None
    return DashboardView(row.pk, row.name, row.q)


def drop_view(user: User, pk: int) -> bool:
    """Deletes one of the user's own views; False when there is none with this number."""
    deleted, _ = SavedView.objects.filter(user=user.pk, pk=pk).delete()
    return bool(deleted)


def set_default_view(user: User, pk: int | None) -> bool:
    """Makes one of the user's views the dashboard's default (None: the first built-in one); False: no such view."""
    with transaction.atomic():
        own = SavedView.objects.select_for_update().filter(user=user.pk)
        chosen = own.filter(pk__in=[] if pk is None else [pk])
        if pk is not None and not chosen.exists():
            return False
        own.filter(default=True).update(default=False)
        chosen.update(default=True)
    return True
