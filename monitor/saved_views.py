"""Views: searches that are built in, and searches people keep, each with a live count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from monitor import remembered_counts
from monitor.at_once import few_at_once
from monitor.models import SavedView
from monitor.search import Query, SearchError, parse

Split = Literal["", "mine", "repository"]
KEPT = 200  # views one person may keep
TERMS_KEPT = 400  # terms of all their searches together: each costs something whenever the views are counted


class ViewNameTaken(Exception):
    """The user has a view of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f'there is a view named "{name}"')


class TooManyViews(Exception):
    """The user keeps as many as anybody may, or their searches together have as many terms."""

    def __init__(self, terms: int = 0) -> None:
        kept = f"the searches of your views have {terms} terms together, and {TERMS_KEPT} is the most"
        super().__init__(f"{kept if terms else f'you keep {KEPT} views'}; let one go first")


@dataclass(frozen=True, slots=True)
class View:
    """A search with its name; `id` is a word when it is built in, else a number. `split`: how a page parts it."""

    id: int | str
    name: str
    q: str
    default: bool = False
    split: Split = ""

    @property
    def built_in(self) -> bool:
        return isinstance(self.id, str)


BUILT_IN = (
    View("waiting", "Waiting on me", "is:open turn:me bot:false snoozed:false"),
    View("mine", "Mine", "is:open author:@me", split="mine"),
    View("team", "Team", "is:open team-review-requested:@me"),
    View("code", "Code I own", "is:open owner:@me"),
    View("bots", "Bots", "is:open bot:true", split="repository"),
    View("snoozed", "Snoozed", "is:open snoozed:true"),
    View("merged", "Recently merged", "is:merged involves:@me updated:>=@today-14d"),
)


def views_for(user: User) -> list[View]:
    """The built-in views, then the user's own. Exactly one is the default: their own choice, or the first."""
    rows = SavedView.objects.filter(user=user.pk)
    own = [View(row.pk, row.name, row.q, row.default) for row in rows]
    chosen = any(view.default for view in own)
    first, *others = BUILT_IN
    return [View(first.id, first.name, first.q, default=not chosen), *others, *own]


def counts_of(user: User, views: Sequence[View]) -> list[int | None]:
    """How many pull requests each view shows now, in a bounded number of statements.

    None where its query means nothing (any more), and for kept views beyond the terms that one person may have counted.
    Errors: TooManyAtOnce.
    """
    read = _within_budget(views, [_read(view.q) for view in views])
    with few_at_once(user.pk):
        counted = iter(remembered_counts.counts_for(user, [query for query in read if query is not None]))
    return [None if query is None else next(counted) for query in read]


def _within_budget(views: Sequence[View], read: Sequence[Query | None]) -> list[Query | None]:
    """Views may have been kept before there was a budget."""
    left = TERMS_KEPT
    found: list[Query | None] = []
    for view, query in zip(views, read, strict=True):
        if query is not None and not view.built_in:
            left -= _terms_in(view.q)
        found.append(query if left >= 0 or view.built_in else None)
    return found


def _terms_in(q: str) -> int:
    """How many terms a search has; none where it means nothing (any more), and is not counted either."""
    try:
        return len(parse(q, timezone.now()).terms)
    except SearchError:
        return 0


def _read(q: str) -> Query | None:
    try:
        return parse(q, timezone.now()).within(None)
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
    """Keeps a search. Errors: SearchError when `q` means nothing, ViewNameTaken, TooManyViews."""
    terms = len(parse(q, timezone.now()).terms)
    if name.lower() in {view.name.lower() for view in BUILT_IN}:
        raise ViewNameTaken(name)
    if SavedView.objects.filter(user=user.pk).count() >= KEPT:
        raise TooManyViews
    kept = SavedView.objects.filter(user=user.pk).values_list("q", flat=True)
    if (together := terms + sum(map(_terms_in, kept))) > TERMS_KEPT:
        raise TooManyViews(together)
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


def open_with(user: User, pk: int | None) -> bool:
    """Makes one of the user's own views (None: the first built-in one) what the dashboard opens with; False: no such."""
    with transaction.atomic():
        own = SavedView.objects.select_for_update().filter(user=user.pk)
        chosen = own.filter(pk__in=[] if pk is None else [pk])
        if pk is not None and not chosen.exists():
            return False
        own.filter(default=True).update(default=False)
        chosen.update(default=True)
    return True
