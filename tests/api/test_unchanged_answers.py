"""A repeated GET is answered without work while nothing was committed, and never with what is no longer true."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from monitor.actions import snoozes
from monitor.api import unchanged_answers
from monitor.api.unchanged_answers import UnchangedAnswers
from monitor.database.request_threads import RequestThreads
from monitor.models import ApiToken, PullRequest, Repository, Subscription
from monitor.models.api_token import digest_of
from prmonitor.asgi import django
from tests.builders import repository, user
from tests.live.asgi import token_of
from tests.live.people import happen, watch

pytestmark = pytest.mark.django_db(transaction=True)
Answer = tuple[int, dict[str, str], bytes]
PATIENCE = 20


class Api:
    """The API with the answers that it knows; `works` has the paths that Django was asked for."""

    def __init__(self) -> None:
        self.works: list[str] = []
        self.messages = 0  # how many the last answer took
        self.threads = RequestThreads(django, 1)
        self.application = UnchangedAnswers(self._work)

    async def _work(self, scope: Any, receive: Any, send: Any) -> None:
        self.works.append(scope["path"])
        await self.threads(scope, receive, send)

    def worked(self, times: int) -> bool:
        """Whether Django was asked so many times.

        PostgreSQL counts the transactions of all its databases, so other tests that run now may make further ones.
        """
        return len(self.works) == times if connection.vendor == "sqlite" else len(self.works) >= times

    def get(self, path: str, token: str, **headers: str) -> Answer:
        """Status, headers in lower case, and body."""
        return asyncio.run(asyncio.wait_for(self._get(path, {"authorization": f"Bearer {token}"} | headers), PATIENCE))

    async def _get(self, path: str, headers: dict[str, str]) -> Answer:
        path, _, query = path.partition("?")
        sent: list[dict[str, Any]] = []
        asked = [{"type": "http.request"}]

        async def receive() -> dict[str, Any]:
            return asked.pop() if asked else await asyncio.sleep(PATIENCE, {"type": "http.disconnect"})

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": f"/api/v1{path}",
            "query_string": query.encode(),
            "headers": [(b"host", b"localhost"), *lines],
            "client": ("127.0.0.1", 1),
        }
        await self.application(scope, receive, send)
        self.messages = len(sent)
        head = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], head, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture
def api() -> Iterator[Api]:
    with opened() as made:
        yield made


@contextmanager
def opened() -> Iterator[Api]:
    """An API that knows no answer yet."""
    made = Api()
    try:
        yield made
    finally:
        made.application.close()
        made.threads.close()


def plainly(path: str, token: str, **headers: str) -> Answer:
    """What an API says that knows no answer yet."""
    with opened() as made:
        return made.get(path, token, **headers)


@pytest.fixture
def heron() -> User:
    return user("heron")


@pytest.fixture
def web(heron: User) -> Repository:
    made = repository("acme/web")
    watch(heron, made, "all")
    happen(made, 1, 2)
    return made


PATHS = [
    "/me",
    "/repositories",
    "/repositories/acme/web",
    "/repositories/acme/web/pull-requests?state=all",
    "/pull-requests",
    "/pull-requests?limit=1&offset=1&q=author:wren+updated:>2020-01-01",
    "/pull-requests/acme/web/1",
    "/events?limit=1",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_same_again_is_the_same_to_the_letter_and_costs_no_work(
    api: Api, heron: User, web: Repository, path: str
) -> None:
    token = token_of(heron)
    plainly("/me", token)  # notes that the token is in use, which is a commit
    first = api.get(path, token)
    assert first[0] == 200
    assert api.get(path, token) == first
    assert api.worked(1)
    tag = first[1]["etag"]
    not_modified = api.get(path, token, if_none_match=f'"else", W/{tag}')
    assert api.worked(1)
    assert (not_modified[0], not_modified[2]) == (304, b"")
    assert not_modified == plainly(path, token, if_none_match=tag)


def test_a_large_answer_is_one_message_besides_its_head(api: Api, heron: User, web: Repository) -> None:
    happen(web, *range(3, 103))
    _status, _headers, body = api.get("/pull-requests", token_of(heron))
    assert len(body) > 65_536
    assert api.messages == 2


@pytest.mark.skipif(connection.vendor == "sqlite", reason="at SQLite each test here counts exactly")
def test_at_postgresql_an_answer_is_given_again_too(api: Api, heron: User, web: Repository) -> None:
    token = token_of(heron)
    for _ in range(1000):
        before = len(api.works)
        assert api.get("/me", token)[0] == 200
        if len(api.works) == before:
            return
    pytest.fail("each of a thousand answers was worked out")


@pytest.mark.parametrize("path", PATHS)
def test_a_client_that_always_asks_whether_it_changed_is_told_without_work(
    api: Api, heron: User, web: Repository, path: str
) -> None:
    token = token_of(heron)
    tag = plainly(path, token)[1]["etag"]
    assert [api.get(path, token, if_none_match=tag)[0] for _ in range(3)] == [304] * 3
    assert api.worked(1)
    assert api.get(path, token)[0] == 200, "the body was never seen here"
    assert api.worked(2)


def change_title(heron: User, web: Repository) -> None:
    happen(web, 1, minutes=5, title="Said differently")


def snooze(heron: User, web: Repository) -> None:
    snoozes.snooze(heron, PullRequest.objects.get(number=1))


def unsubscribe(heron: User, web: Repository) -> None:
    Subscription.objects.all().delete()


def hide(heron: User, web: Repository) -> None:
    Repository.objects.update(private=True)


@pytest.mark.parametrize("change", [change_title, snooze, unsubscribe, hide])
def test_whatever_is_committed_is_in_the_next_answer(
    api: Api, heron: User, web: Repository, change: Callable[[User, Repository], None]
) -> None:
    token = token_of(heron)
    before = api.get("/pull-requests", token)
    change(heron, web)
    after = api.get("/pull-requests", token, if_none_match=before[1]["etag"])
    assert after[0] == 200
    assert after[2] != before[2]
    assert after == plainly("/pull-requests", token)


def test_a_token_that_was_revoked_opens_nothing_more(api: Api, heron: User, web: Repository) -> None:
    token = token_of(heron)
    assert api.get("/me", token)[0] == 200
    ApiToken.objects.filter(digest=digest_of(token)).update(revoked_at=timezone.now())
    assert [api.get("/me", token)[0] for _ in range(2)] == [401, 401]
    assert api.worked(3)


def test_a_snooze_that_ends_by_itself_is_over_in_the_next_answer(api: Api, heron: User, web: Repository) -> None:
    token = token_of(heron)
    ends = timezone.now() + timedelta(seconds=1)
    snoozes.snooze(heron, PullRequest.objects.get(number=1), until=ends)
    paths = ["/pull-requests", "/pull-requests/acme/web/1", "/repositories/acme/web/pull-requests"]
    for path in paths:
        assert b'"snoozed":{' in api.get(path, token)[2]
    time.sleep(max(0.0, (ends - timezone.now()).total_seconds()))
    for path in paths:
        assert b'"snoozed":{' not in api.get(path, token)[2]


def test_an_absence_that_ends_by_itself_is_over_in_the_next_answer(api: Api, heron: User) -> None:
    token, now = token_of(heron), timezone.now()
    ends = now + timedelta(seconds=1)
    heron.person.away_from, heron.person.away_until = now, ends
    heron.person.save()
    assert json.loads(api.get("/me", token)[2])["away"]
    time.sleep(max(0.0, (ends - timezone.now()).total_seconds()))
    assert json.loads(api.get("/me", token)[2])["away"] is None


@pytest.mark.parametrize("q", ["age:>2d", "updated:>=@today-14d", "sort:urgency", "snoozed:false", "-snoozed:true"])
def test_what_changes_with_time_is_worked_out_each_time(api: Api, heron: User, web: Repository, q: str) -> None:
    token = token_of(heron)
    for _ in range(3):
        assert api.get(f"/pull-requests?q={q}", token)[0] == 200
    assert api.worked(3)


def test_nobody_gets_what_is_somebody_elses(api: Api, heron: User, web: Repository) -> None:
    wren = user("wren")
    answers = [api.get("/me", token_of(who)) for who in (heron, wren, heron, wren)]
    assert [json.loads(body)["username"] for _, _, body in answers] == ["heron", "wren"] * 2
    token = token_of(heron)
    first = api.get("/pull-requests", token)
    assert api.get("/pull-requests", token, host="elsewhere.example")[0] == 400
    assert api.get("/pull-requests", f"{token}x")[0] == 401
    assert api.get("/pull-requests?limit=1", token)[2] != first[2]


def test_calls_that_cost_no_work_count_against_the_limit(api: Api, heron: User, settings: Any) -> None:
    settings.API_RATE_PER_MINUTE = 4
    token = token_of(heron)
    statuses = [api.get("/me", token)[0] for _ in range(10)]
    # A minute may end in between.
    assert statuses.count(429) in range(1, 7)
    assert set(statuses) == {200, 429}


def test_errors_are_not_kept(api: Api, heron: User) -> None:
    token = token_of(heron)
    for path in ("/nothing", "/repositories/acme/none", "/pull-requests?q=is:wrong", "/pull-requests?limti=1"):
        assert {api.get(path, token)[0] for _ in range(2)} <= {404, 422}
    assert api.worked(8)


def test_old_answers_make_room(api: Api, heron: User, web: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(heron)
    size = len(api.get("/pull-requests", token)[2])
    monkeypatch.setattr(unchanged_answers, "MAX_BYTES", 2 * size + 10)
    for number in (1, 2, 3):
        api.get(f"/pull-requests?limit=10{number}", token)
    api.get("/pull-requests?limit=103", token)
    assert api.worked(4)
    api.get("/pull-requests", token)
    assert api.worked(5)
    monkeypatch.setattr(unchanged_answers, "MAX_AGE_SECONDS", 0)
    api.get("/pull-requests", token)
    assert api.worked(6)
