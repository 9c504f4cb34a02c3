"""GitHub is down, slow, faulty or refuses: the row states the problem, nothing is lost, and the next look recovers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone
from django_q.models import Schedule

from monitor import tasks
from monitor.background.deadline import Deadline
from monitor.demo.server.http import Response
from monitor.github import identities
from monitor.models import Claim, Event, Heartbeat, PullRequest, RateLimit, Repository
from monitor.polling import rounds
from tests.demo_github import DemoGitHub, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def fresh(repository: Repository) -> Repository:
    repository.refresh_from_db()
    return repository


def budget() -> RateLimit:
    return RateLimit.objects.get(identity="user:plover", resource="graphql")


@pytest.fixture
def web(world: World, watch, look) -> Repository:
    """acme/web with one open pull request, looked at once."""
    world.open("acme/web", "One", author="heron")
    repository = watch("acme/web")
    look()
    return fresh(repository)


def test_down_the_row_says_so_and_it_recovers(github: DemoGitHub, world: World, web, look, time_passes) -> None:
    github.stop()
    world.open("acme/web", "While it was down", author="finch")
    look()
    assert fresh(web).status == "error"
    assert web.status_message.startswith("GitHub")
    assert "next try" in web.status_message
    assert web.failures == 1
    assert web.failing_since is not None
    assert timezone.now() < web.next_poll_at < timezone.now() + MINUTE
    assert PullRequest.objects.count() == 1
    assert Heartbeat.objects.get(name="github").failing_since is not None

    time_passes(12 * MINUTE)
    look()
    assert fresh(web).failures == 1, "the smallest question failed; nothing was asked about the repository"
    assert web.next_poll_at <= timezone.now() + MINUTE

    github.start()
    time_passes(5 * MINUTE)
    look(due=False)
    assert (fresh(web).status, web.status_message, web.failures, web.failing_since) == ("ok", "", 0, None)
    assert [event.pull_request.title for event in Event.objects.all()] == ["While it was down"]
    assert Heartbeat.objects.get(name="github").failing_since is None
    # The reconciliation finds what changed while GitHub was down.
    assert github.asked("OpenIds")
    assert web.reconciled_at is not None


@pytest.mark.parametrize("fault", ["html", "empty_body", "cut_json", "reset_connection"])
def test_an_invalid_answer_fails_only_the_look(github: DemoGitHub, web, look, fault, time_passes) -> None:
    getattr(github.faults, fault)(only="PrProbe")
    github.log.clear()
    look()
    assert len(github.asked("PrProbe")) == 1  # not asked again in the same breath
    assert fresh(web).status == "error"
    assert PullRequest.objects.get().state == "open"
    time_passes(MINUTE)
    look()
    assert fresh(web).status == "ok"


def test_while_github_is_down_other_looks_are_postponed(github: DemoGitHub, world, web, watch, look) -> None:
    world.add_repository("acme/other")
    other = watch("acme/other", batch_limit=1)  # never in one batch with the first
    github.faults.html(times=None)
    look()
    asked = len(github.log)
    look()
    assert len(github.log) == asked
    assert fresh(other).status == fresh(web).status == "error"
    assert fresh(web).next_poll_at >= budget().blocked_until


def test_a_refused_token(github: DemoGitHub, web, look, time_passes) -> None:
    github.tokens.revoke("demo")
    look()
    assert fresh(web).status == "error"
    assert "refuses the token" in web.status_message
    assert "Your team lead can replace it." in web.status_message
    github.add_token("demo", "plover")
    time_passes(5 * MINUTE)
    look(due=False)
    assert fresh(web).status == "ok"


def test_a_token_that_never_worked(github: DemoGitHub, world, watch, look, time_passes) -> None:
    repository = watch("acme/web")
    github.tokens.revoke("demo")
    identities.forget_identities()
    look()
    assert fresh(repository).status == "error"
    assert "refuses the token" in repository.status_message
    github.add_token("demo", "plover")
    time_passes(MINUTE)
    look()
    assert fresh(repository).status == "ok"


def test_a_token_revoked_half_way_keeps_what_was_read(github: DemoGitHub, world, web, look, time_passes) -> None:
    world.open("acme/web", "Two", author="finch")
    refused = Response.json({"message": "Bad credentials"}, 401)
    github.faults.arm("401", "PrDetails", 1, instead=lambda request: refused)
    look()
    assert fresh(web).status == "error"
    assert PullRequest.objects.count() == 1
    time_passes(2 * MINUTE)
    look()
    assert fresh(web).status == "ok"
    assert PullRequest.objects.count() == 2
    assert Event.objects.count() == 1


def test_the_hour_is_used_up(github: DemoGitHub, web, look, time_passes) -> None:
    github.exhaust()
    look()
    assert fresh(web).status == "error"
    assert "Nothing is lost." in web.status_message
    until = budget().blocked_until
    assert until is not None
    assert timezone.now() + 30 * MINUTE < until
    assert web.next_poll_at >= until
    asked = len(github.log)
    look()
    assert len(github.log) == asked  # the row carries the time; nobody asks before it
    github.faults.clock_offset = timedelta(minutes=61)
    time_passes(timedelta(minutes=61))
    look()
    assert fresh(web).status == "ok"


@pytest.mark.parametrize("status", [403, 429, 200])
@pytest.mark.parametrize(("retry_after", "seconds"), [(37, 37), (None, 60)])
def test_a_secondary_limit(github: DemoGitHub, web, look, status, retry_after, seconds) -> None:
    github.faults.secondary_limit(status, retry_after=retry_after, only="PrProbe")
    before = timezone.now()
    look()
    wait = (budget().blocked_until - before).total_seconds()
    assert seconds - 1 <= wait <= seconds + 5
    assert fresh(web).next_poll_at >= budget().blocked_until
    assert budget().batch_size == 25


def test_secondary_limits_one_after_the_other_double_the_pause(github: DemoGitHub, web, look, time_passes) -> None:
    github.faults.secondary_limit(retry_after=None, only="PrProbe", times=None)
    waits = []
    for _ in range(6):
        look()
        waits.append(round((budget().blocked_until - timezone.now()).total_seconds() / 60))
        time_passes(20 * MINUTE)
    assert waits == [1, 2, 4, 8, 15, 15]


def test_rate_limited_in_a_200(github: DemoGitHub, web, look) -> None:
    github.faults.rate_limited_in_200(only="PrProbe")
    look()
    assert fresh(web).status == "error"
    assert budget().blocked_until > timezone.now()


def test_a_failing_first_look_says_so_and_goes_on(github: DemoGitHub, world: World, watch, look, time_passes) -> None:
    for number in range(30):
        world.open("acme/web", f"PR {number}", author="heron")
    repository = watch("acme/web")
    github.faults.html(only=lambda request: request.operation in ("PrDetails", "RateLimit"), times=2)
    look()
    assert fresh(repository).status == "error"
    assert repository.first_read_at is None
    time_passes(MINUTE)
    look()
    assert fresh(repository).status == "ok"
    assert (PullRequest.objects.count(), Event.objects.count()) == (30, 0)


def test_the_schedule_runs_again_when_something_is_due(github: DemoGitHub, web, look) -> None:
    Schedule.objects.filter(name="poll").update(next_run=timezone.now() + timedelta(hours=1))
    look()
    next_run = Schedule.objects.get(name="poll").next_run
    expected = min(fresh(web).next_poll_at, timezone.now() + timedelta(seconds=30))
    assert abs((next_run - expected).total_seconds()) <= 1.5


@pytest.mark.django_db(transaction=True)
def test_a_look_asked_for_during_a_look_is_not_forgotten(github: DemoGitHub, web, look) -> None:
    with github.faults.hold(only="PrProbe") as hold:
        running = Thread(target=lambda: (look(), connection.close()))
        running.start()
        assert hold.reached.wait(10)
        asked = timezone.now()
        Repository.objects.filter(pk=web.pk).update(next_poll_at=asked)
    running.join(20)
    assert len(github.asked("PrProbe")) >= 3


def test_an_error_in_prmonitor_is_on_the_row_and_does_not_affect_others(world, web, watch, look, settings) -> None:
    world.open("acme/vault", "Fine", author="finch")
    watch("acme/vault")
    # An unreadable snapshot stands for any unexpected error in prmonitor.
    PullRequest.objects.update(snapshot="{")
    world.retitle(world.pull("acme/web#1"), "Two")
    look()
    assert fresh(web).status == "error"
    assert "a fault in prmonitor (JSONDecodeError), not in GitHub" in web.status_message
    assert Repository.objects.get(full_name="acme/vault").status == "ok"


def test_a_claim_with_an_unreadable_snapshot_does_not_stop_looks(world: World, web) -> None:
    broken = PullRequest.objects.get()
    Claim.objects.create(pull_request=broken, login="finch", since=timezone.now(), until=timezone.now())
    PullRequest.objects.filter(pk=broken.pk).update(snapshot="{}")
    world.open("acme/web", "Two", author="finch")
    Repository.objects.update(next_poll_at=timezone.now())
    with pytest.raises(TypeError):
        tasks.poll()
    assert Event.objects.get().pull_request.title == "Two"


@contextmanager
def database_without(table: str) -> Iterator[None]:
    """A database that fails at the first write into `table`."""

    def execute(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE")) and f'"{table}"' in sql:
            raise OperationalError("the server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


def test_a_database_outage_stops_queries(github: DemoGitHub, world: World, web, look) -> None:
    for number in range(30):
        world.open("acme/web", f"More {number}", author="finch")
    github.log.clear()
    with database_without("monitor_pullrequest"), pytest.raises(OperationalError):
        look()
    assert len(github.asked("PrDetails")) == 1
    assert (fresh(web).status, web.status_message, web.failures) == ("ok", "", 0)
    Repository.objects.update(lease="", lease_until=None)
    look()
    assert Event.objects.count() == 30


def test_a_round_that_did_not_ask_says_nothing_about_github(web, look) -> None:
    Heartbeat.objects.filter(name="github").delete()
    # An unreadable plan stands for an error in prmonitor before the first query.
    RateLimit.objects.update(plan={"base": settings.POLLING_INTERVAL_SECONDS}, planned_at=timezone.now())
    look()
    assert not Heartbeat.objects.filter(name="github").exists()
    assert "a fault in prmonitor (KeyError)" in fresh(web).status_message


def test_a_batch_another_worker_took_says_nothing_about_github(web) -> None:
    Repository.objects.update(lease="another", lease_until=timezone.now() + timedelta(seconds=50))
    told = rounds.look_at_next_batch(Repository.objects.all(), Deadline(25))
    assert told is not None
    assert (told.repositories, told.answered, told.error) == ([], False, None)
