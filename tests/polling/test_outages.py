"""The way to GitHub fails: one small question asks for all, and when it is answered everything is seen at once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from monitor.demo.server.http import Response
from monitor.github import identities, rate_limit_budget
from monitor.github.rate_limit_policy import Purpose
from monitor.models import Event, RateLimit, Repository
from monitor.polling.pacing import next_batch
from tests.builders import user
from tests.demo_github import DemoGitHub, World, add_many

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MANY = 200 if os.environ.get("PRMONITOR_SLOW") else 20
FAULTS: dict[str, Callable[[DemoGitHub], Any]] = {
    "dropped": lambda github: github.faults.reset_connection(times=None),
    "500": lambda github: github.faults.arm("500", instead=lambda request: Response.json({"message": "Oops"}, 500)),
    "502": lambda github: github.faults.bad_gateway(times=None),
    "html": lambda github: github.faults.html(times=None),
}
Look = Callable[..., int]
TimePasses = Callable[[timedelta], None]


def seconds_pass(count: int, look: Look, time_passes: TimePasses, step: int = 5) -> None:
    """Lets the time pass in steps, with a round after each."""
    for _ in range(count // step):
        time_passes(step * SECOND)
        look(due=False)


@pytest.fixture
def many(github: DemoGitHub, world: World, watch, look: Look) -> list[Repository]:
    add_many(world, MANY, 1)
    found = [watch(f"bulk/repo-{number:04}") for number in range(1, MANY + 1)]
    look()
    assert Repository.objects.filter(status="ok").count() == MANY
    return found


@pytest.mark.timeout(300)  # in the slow run: 200 repositories, and some 140 rounds
@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_ten_minutes_without_github(
    github: DemoGitHub, world: World, many: list[Repository], look: Look, time_passes: TimePasses, fault: str
) -> None:
    FAULTS[fault](github)
    github.log.clear()
    time_passes(60 * SECOND)
    look()
    began = time.monotonic()
    seconds_pass(600, look, time_passes)
    # One question in fifty seconds; what the rounds themselves take passes as well.
    questions = 12 + (time.monotonic() - began) // 50
    # A round on overloads tries with less, three times.
    assert 1 < len(github.log) <= questions + (3 if fault == "502" else 0)
    assert set(Repository.objects.values_list("status", flat=True)) == {"error"}
    for repository in many:
        pull = next(iter(world.repository(repository.full_name).pulls.values()))
        world.retitle(pull, "Changed while it was away")
    github.faults.clear()
    seconds_pass(75, look, time_passes)
    assert Event.objects.filter(changes__0__kind="retitled").count() == MANY
    assert set(Repository.objects.values_list("status", flat=True)) == {"ok"}
    assert RateLimit.objects.get(resource="graphql").outage_since is None


def test_five_faults_in_a_row_hide_a_change_for_less_than_a_minute(
    github: DemoGitHub, world: World, watch, look: Look, time_passes: TimePasses, settings: Any
) -> None:
    settings.POLLING_INTERVAL_SECONDS = 10
    pull = world.open("acme/web", "One", author="heron")
    watch("acme/web")
    look()
    for arm in ("html", "empty_body", "cut_json", "reset_connection"):
        fault = getattr(github.faults, arm)(times=None)
        time_passes(10 * SECOND)
        look(due=False)
        github.faults.clear()
        assert fault
    github.faults.arm("500", times=1, instead=lambda request: Response.json({"message": "Oops"}, 500))
    world.retitle(pull, "Another")
    seconds_pass(20, look, time_passes)
    assert Event.objects.filter(changes__0__kind="retitled").exists()


@pytest.mark.slow
def test_one_repository_that_github_fails_on_stops_nobody_else(
    github: DemoGitHub, world: World, many: list[Repository], look: Look, time_passes: TimePasses
) -> None:
    bad = many[7]
    github.faults.poison(bad.node_id, 500, only="PrProbe")
    for _ in range(12):
        time_passes(60 * SECOND)
        look()
    assert list(Repository.objects.exclude(status="ok").values_list("pk", flat=True)) == [bad.pk]
    assert RateLimit.objects.get(resource="graphql").outage_since is None
    bad.refresh_from_db()
    assert bad.next_poll_at > timezone.now() + 60 * SECOND, "its own wait grows"


@pytest.mark.django_db(transaction=True)
def test_only_one_process_asks(github: DemoGitHub, world: World, many: list[Repository]) -> None:
    client = identities.client_for("bulk")
    now = timezone.now()
    RateLimit.objects.update(outage_since=now - 60 * SECOND, blocked_until=now - SECOND, message="GitHub is away.")
    github.log.clear()
    with github.faults.hold(only="RateLimit") as hold:
        asking = Thread(
            target=lambda: (rate_limit_budget.ask(client, Purpose.PROBE, 1, client.rate_limit), connection.close())
        )
        asking.start()
        assert hold.reached.wait(20)
        with pytest.raises(rate_limit_budget.Blocked):
            rate_limit_budget.ask(client, Purpose.PROBE, 1, client.rate_limit)
    asking.join(20)
    assert [request.operation for request in github.log] == ["RateLimit", "RateLimit"]


def test_a_look_by_hand_is_refused_and_made_up_for(
    github: DemoGitHub, world: World, watch, look: Look, time_passes: TimePasses
) -> None:
    pull = world.open("acme/web", "One", author="heron")
    repository = watch("acme/web")
    look()
    github.faults.reset_connection(times=None)
    look()
    reader = user("heron", is_staff=True)
    page = Client()
    page.force_login(reader)
    answer = page.post("/api/v1/repositories/acme/web/refresh", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "github_unavailable"
    assert 1 <= int(answer["Retry-After"]) <= 60
    said = page.post("/repositories/acme/web/look", follow=True).content.decode()
    assert "and acme/web is looked at then." in said
    world.retitle(pull, "Another")
    github.faults.clear()
    seconds_pass(60, look, time_passes)
    repository.refresh_from_db()
    assert repository.status == "ok"
    assert Event.objects.filter(changes__0__kind="retitled").exists()


def test_a_refusal_that_ends_an_outage_makes_no_long_pause(
    github: DemoGitHub, world: World, watch, look: Look, time_passes: TimePasses
) -> None:
    """The failures of the outage are not refusals: the pause is that of the first refusal."""
    world.open("acme/web", "One", author="heron")
    watch("acme/web")
    look()
    github.faults.reset_connection(times=None)
    look()
    seconds_pass(300, look, time_passes, step=30)
    row = RateLimit.objects.get(resource="graphql")
    assert row.outage_since is not None
    assert row.strikes > 2
    github.faults.clear()
    github.faults.secondary_limit(retry_after=None, times=None)
    time_passes(61 * SECOND)
    look()
    row.refresh_from_db()
    assert row.outage_since is None
    assert row.strikes == 1
    assert row.blocked_until is not None
    assert row.blocked_until <= timezone.now() + 60 * SECOND


def test_a_process_that_starts_in_an_outage_asks_once_for_all(
    github: DemoGitHub, world: World, watch, look: Look, time_passes: TimePasses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for more repositories than one round considers at once: the process does not know its credential yet."""
    monkeypatch.setattr(next_batch, "CANDIDATES", 2)
    add_many(world, 5, 1)
    for number in range(1, 6):
        watch(f"bulk/repo-{number:04}")
    identities.forget_identities()
    github.faults.reset_connection(times=None)
    github.log.clear()
    look()
    assert len(github.log) == 1
    assert set(Repository.objects.values_list("status", flat=True)) == {"error"}
    assert not Repository.objects.filter(next_poll_at__lte=timezone.now() + 9 * SECOND).exists()
