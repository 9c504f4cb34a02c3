"""ETags, 304, and the number of queries of a read."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from monitor.models import Repository
from monitor.recording.recorder import record
from tests.api.conftest import Caller, subscribe
from tests.builders import asked, at, repository, snapshot, user

pytestmark = pytest.mark.django_db
READS = [
    "/repositories", "/repositories/acme/web", "/repositories/acme/web/pull-requests", "/pull-requests",
    "/pull-requests/acme/web/2", "/events", "/views", "/deliveries", "/why?pull_request=acme/web%232",
    "/me", "/openapi.json",
]  # fmt: skip


@pytest.mark.parametrize("path", READS)
def test_what_one_has_already_is_not_sent_again(api: Caller, web: Any, path: str) -> None:
    first = api.get(path)
    tag = first["ETag"]
    assert first["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= set(first["Vary"].split(", "))
    for asked_with in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = api.call("GET", path, If_None_Match=asked_with)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    for other in ('"x"', "", "nonsense", tag.strip('"')):
        assert api.call("GET", path, If_None_Match=other).status_code == 200


def test_the_tag_moves_with_what_is_read_and_with_who_reads(api: Caller, web: Any) -> None:
    def tags() -> tuple[str, str]:
        return api.get("/pull-requests")["ETag"], api.get("/pull-requests/acme/web/2")["ETag"]

    seen = [tags()]
    api.put("/pull-requests/acme/web/2/snooze", {})
    seen.append(tags())
    record(web, [snapshot(2, author="wren", title="Better", updated_at=at(20))], now=at(21))
    seen.append(tags())
    api.put("/pull-requests/acme/web/2/claim", {})
    seen.append(tags())
    assert len({lists for lists, _ in seen}) == len({single for _, single in seen}) == 4
    robin = user("robin")
    subscribe(robin, web)
    assert Caller(robin).get("/pull-requests")["ETag"] != tags()[0]


def test_a_write_is_never_answered_304(api: Caller, web: Any) -> None:
    tag = api.get("/me")["ETag"]
    assert api.call("PATCH", "/me", {}, If_None_Match=tag).status_code == 200
    assert api.patch("/me", {})["Cache-Control"] == "no-store"


# Query counts: the token's look-up is one of them.


def fill(heron: User, repositories: int, pull_requests: int) -> None:
    """Repositories heron watches, each with pull requests that concern them."""
    serial = Repository.objects.count() * 1000
    for index in range(repositories):
        watched = repository(f"acme/filled-{serial}-{index}")
        subscribe(heron, watched)
        rows = [
            snapshot(
                number,
                node_id=f"PR_{watched.pk}_{number}",
                author="wren",
                review_requests=(asked("heron"),),
            )
            for number in range(1, pull_requests + 1)
        ]
        record(watched, rows, now=at(1))


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/repositories", 7),
        ("/repositories/acme/web", 7),
        ("/repositories/acme/web/pull-requests", 8),
        ("/pull-requests", 8),
        ("/pull-requests?limit=2", 8),
        ("/pull-requests/acme/web/2", 9),
        ("/events", 9),
        ("/me", 2),
        ("/deliveries", 3),
    ],
)
def test_a_read_costs_the_same_however_much_there_is(
    api: Caller, heron: User, web: Any, django_assert_max_num_queries: Any, path: str, queries: int
) -> None:
    api.get("/me")  # notes the token's use, which is not done again for ten minutes
    with django_assert_max_num_queries(queries):
        small = api.get(path)
    fill(heron, 3, 20)
    with django_assert_max_num_queries(queries):
        large = api.get(path)
    assert (small.status_code, large.status_code) == (200, 200)


def test_a_304_costs_no_more_than_the_read(api: Caller, web: Any, django_assert_max_num_queries: Any) -> None:
    tag = api.get("/pull-requests")["ETag"]
    with django_assert_max_num_queries(7):
        assert api.call("GET", "/pull-requests", If_None_Match=tag).status_code == 304
