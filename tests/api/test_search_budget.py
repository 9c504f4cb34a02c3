"""What the searches of one person may cost: the number of terms, cached counts, and queries at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitor.actions import saved_views, snoozes
from monitor.models import PullRequest, SavedView
from monitor.queries import cached_counts
from monitor.quotas import concurrency
from monitor.quotas.concurrency import TooManyAtOnce, few_at_once
from monitor.recording.recorder import record
from monitor.rules.search import parse
from tests.api.conftest import Caller
from tests.builders import at, label, repository, snapshot, user
from tests.live.people import watch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counts_are_remembered(monkeypatch) -> None:
    cached_counts._cache.clear()
    monkeypatch.setattr(cached_counts, "MAX_AGE_SECONDS", 5.0)


@pytest.fixture
def heron():
    someone = user("heron")
    home = repository()
    watch(someone, home)
    record(home, [snapshot(number) for number in (1, 2, 3)], now=at(1), first_look=True)
    return someone


def dear(number: int, terms: int = 30) -> str:
    return " ".join(f"-involves:p{number}x{term}" for term in range(terms))


def test_views_are_kept_while_their_terms_are_within_the_budget(heron) -> None:
    most = saved_views.MAX_TERMS // 30
    for number in range(most):
        saved_views.keep_view(heron, f"View {number}", dear(number))
    answer = Caller(heron).post("/views", {"name": "One more", "q": dear(most)})
    assert answer.status_code == 409
    assert answer.json()["error"]["message"] == (
        f"the searches of your views have {30 * (most + 1)} terms together, and 400 is the most; let one go first"
    )
    saved_views.keep_view(heron, "Small", "is:open")


def test_views_from_before_the_budget_stay_and_are_not_counted(heron) -> None:
    SavedView.objects.bulk_create(SavedView(user=heron, name=f"View {n:03}", q=dear(n)) for n in range(100))
    views = saved_views.views_for(heron)
    counts = saved_views.counts_of(heron, views)
    own = [count for view, count in zip(views, counts, strict=True) if not view.built_in]
    assert (own.count(3), own.count(None)) == (13, 87)
    assert None not in counts[: len(saved_views.BUILT_IN)]


def counted(someone, *texts: str) -> tuple[list[int], int]:
    """The counts, and how many statements counted pull requests."""
    wanted = [parse(text, timezone.now()) for text in texts]
    with CaptureQueriesContext(connection) as caught:
        found = cached_counts.cached_counts_for(someone, wanted)
    return found, sum("COUNT(" in one["sql"] and "monitor_pullrequest" in one["sql"] for one in caught.captured_queries)


def test_what_was_counted_is_remembered_until_something_changes(heron) -> None:
    assert counted(heron, "is:open", "label:bug") == ([3, 0], 1)
    assert counted(heron, "label:bug", "is:open") == ([0, 3], 0)
    assert counted(heron, "is:open", "is:closed") == ([3, 0], 1)
    home = PullRequest.objects.first().repository
    record(home, [snapshot(1, labels=(label("bug"),), updated_at=at(2))], now=at(2))
    assert counted(heron, "label:bug") == ([1], 1)
    assert counted(heron, "snoozed:true") == ([0], 1)
    snoozes.snooze(heron, PullRequest.objects.get(number=2))
    assert counted(heron, "snoozed:true") == ([1], 1)
    heron.subscriptions.all().delete()
    assert counted(heron, "is:open") == ([0], 1)


def test_what_the_clock_alone_changes_is_counted_again_after_seconds(heron, monkeypatch) -> None:
    assert counted(heron, "is:open") == ([3], 1)
    monkeypatch.setattr(cached_counts, "MAX_AGE_SECONDS", 0)
    assert counted(heron, "is:open") == ([3], 1)


def test_two_people_are_never_told_each_others_counts(heron) -> None:
    assert counted(heron, "is:open") == ([3], 1)
    assert counted(user("wren"), "is:open") == ([0], 1)


def test_a_third_read_at_once_waits_and_a_stranger_does_not(monkeypatch) -> None:
    monkeypatch.setattr(concurrency, "WAIT_SECONDS", 0.05)
    both, go = Barrier(3), Event()

    def read() -> None:
        with few_at_once(7):
            both.wait(10)
            go.wait(10)

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(read) for _ in range(2)]
        both.wait(10)
        with pytest.raises(TooManyAtOnce), few_at_once(7):
            pass
        with few_at_once(8):
            go.set()
        [one.result(10) for one in running]
    with few_at_once(7):
        pass
    assert concurrency._running == {}


def test_too_many_at_once_are_told_when_to_come_again(heron, client, monkeypatch) -> None:
    monkeypatch.setattr(concurrency, "WAIT_SECONDS", 0)
    client.force_login(heron)
    with few_at_once(heron.pk), few_at_once(heron.pk):
        for answer in (
            Caller(heron).get("/views"),
            Caller(heron).get("/pull-requests"),
            client.get("/", headers={"Accept": "text/html"}),
        ):
            assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert Caller(heron).get("/views").status_code == 200
