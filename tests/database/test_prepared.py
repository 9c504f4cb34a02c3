"""Prepared queries: they find what the query itself would, with the values of now, and are written once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext

from monitor import queries
from monitor.actions.saved_views import BUILT_IN
from monitor.database.prepared import padded, prepared
from monitor.models import Involvement, Person, PullRequest, Repository, Snooze, Subscription
from monitor.recording.recorder import record
from tests.builders import repository, snapshot, user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def rows() -> list[PullRequest]:
    for name in ("acme/web", "acme/api"):
        home = repository(name)
        snapshots = [
            snapshot(number, node_id=f"{name}{number}", updated_at=NOW + timedelta(hours=number, minutes=len(name)))
            for number in range(1, 5)
        ]
        record(home, snapshots, now=NOW + timedelta(days=1), first_look=True)
    return list(PullRequest.objects.order_by("pk"))


def models(*, ids: Any, since: Any) -> QuerySet[Any, Any]:
    found = PullRequest.objects.filter(pk__in=ids, updated_at__gt=since).order_by("-updated_at", "pk")
    return found.select_related("repository").only("number", "updated_at", "repository__full_name")


def annotated(*, ids: Any, since: Any) -> QuerySet[Any, Any]:
    newest = PullRequest.objects.filter(repository=OuterRef("pk"), updated_at__gt=since).order_by("-updated_at")
    found = Repository.objects.filter(pull_requests__in=ids).annotate(n=Count("pull_requests"))
    return found.annotate(at=Subquery(newest.values("updated_at")[:1])).order_by(Lower("full_name"))


def lists(*, ids: Any, since: Any) -> QuerySet[Any, Any]:
    other = PullRequest.objects.filter(Q(updated_at__lt=since) | Q(draft=True), pk=OuterRef("pk"))
    found = PullRequest.objects.exclude(Exists(other)).filter(pk__in=ids).order_by("pk")
    return found.values_list("pk", "updated_at", "draft", "repository__full_name")


def dicts(*, ids: Any, since: Any) -> QuerySet[Any, Any]:
    return PullRequest.objects.filter(pk__in=ids, updated_at__gte=since).annotate(twice=F("number") * 2).values()


@pytest.mark.parametrize("build", [models, annotated, lists, dicts])
def test_it_finds_what_the_query_finds(rows: list[PullRequest], build: Callable[..., QuerySet[Any, Any]]) -> None:
    fetch = prepared(build)
    for first in range(4):
        ids, since = tuple(row.pk for row in rows[first : first + 4]), NOW + timedelta(hours=first)
        plain, found = list(build(ids=ids, since=since)), fetch(ids=ids, since=since)
        assert plain
        assert [_all(row) for row in found] == [_all(row) for row in plain]
    with CaptureQueriesContext(connection) as statements:
        if build is models:
            assert {row.repository.full_name for row in fetch(ids=ids, since=since)} == {"acme/web", "acme/api"}
            assert len(statements) == 1


def _all(row: Any) -> Any:
    """A row with its type and all that was read of it, also of what it is joined with."""
    if not hasattr(row, "_state"):
        return type(row), row
    read = {name: value for name, value in vars(row).items() if name != "_state"}
    return type(row), read, {name: _all(one) for name, one in row._state.fields_cache.items()}


def test_it_is_written_once_for_each_text(rows: list[PullRequest]) -> None:
    written: list[tuple[int, int]] = []

    @prepared
    def fetch(stop: int, *, ids: Any, name: str) -> QuerySet[Any, Any]:
        written.append((stop, len(ids)))
        return (
            PullRequest.objects.filter(pk__in=ids, repository__full_name=name)
            .order_by("pk")
            .values_list("pk", flat=True)[:stop]
        )

    for _ in range(2):
        for row in rows:
            assert fetch(5, ids=(row.pk,), name=row.repository.full_name) == [row.pk]
            assert fetch(5, ids=(row.pk,), name="acme/none") == []
        assert fetch(1, ids=padded([row.pk for row in rows[:3]]), name="acme/web") == [rows[0].pk]
    assert written == [(5, 1), (1, 4)]


def test_what_finds_nothing_whatever_the_values_asks_nothing() -> None:
    @prepared
    def fetch(*, name: str) -> QuerySet[Any, Any]:
        return Repository.objects.filter(pk__in=(), full_name=name)

    with CaptureQueriesContext(connection) as statements:
        assert fetch(name="acme/web") == fetch(name="acme/api") == []
    assert len(statements) == 0


def test_a_value_that_is_only_a_part_of_a_parameter_is_refused() -> None:
    @prepared
    def fetch(*, name: str) -> QuerySet[Any, Any]:
        return Repository.objects.filter(full_name__contains=name)

    with pytest.raises(ValueError, match="compared whole"):
        fetch(name="acme")


@pytest.mark.parametrize("value", [None, True, 1.5, b"x", (1, None)])
def test_values_have_few_types(value: Any) -> None:
    fetch = prepared(lambda *, value: Repository.objects.filter(pk=value))
    with pytest.raises(TypeError, match="prepared query"):
        fetch(value=value)


@pytest.mark.parametrize(("ids", "expected"), [((), ()), ((7,), (7,)), ((7, 8), (7, 8)), ((7, 8, 9), (7, 8, 9, 9))])
def test_padded(ids: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert padded(ids) == expected


def test_readers_share_statements_and_nothing_else(rows: list[PullRequest]) -> None:
    """Every built-in view, for people who differ in their names, teams, snoozes, repositories and rights."""
    secret = repository("acme/secret", private=True)
    record(secret, [snapshot(9, node_id="secret9")], now=NOW, first_look=True)
    people = [user(name, login=name) for name in ("wren", "finch", "lark", "heron", "teal")]
    people[3].is_staff = True
    people[3].save()
    for place, person in enumerate(people):
        for repo in Repository.objects.all():
            if place != 1 or repo.full_name != "acme/web":
                Subscription.objects.create(user=person, repository=repo)
        for row in rows[place::3]:
            Involvement.objects.create(pull_request=row, name=person.username, role="author_turn")
        Snooze.objects.create(user=person, pull_request=rows[place])
    Person.objects.filter(user=people[4]).update(github_login=None)
    for q in [*(view.q for view in BUILT_IN), "", "is:open snoozed:false -involves:@me", "sort:age involves:wren"]:
        found = {}
        for person in people * 2:
            search = queries.search_for(person, q=q)
            found[person.username] = search.keys()
            assert sorted(found[person.username]) == sorted(search.queryset().values_list("pk", flat=True)), (q, person)
            assert search.count() == len(found[person.username])
        if q == "":
            assert {name: len(keys) for name, keys in found.items()} == {
                "wren": 8, "finch": 4, "lark": 8, "heron": 9, "teal": 8,
            }  # fmt: skip
