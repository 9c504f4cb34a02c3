"""Health and rows attribute each error correctly: to GitHub, the database, prmonitor, or one repository."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from monitor import tasks
from monitor.github import identities
from monitor.models import Event, Heartbeat, PullRequest, RateLimit, Repository
from monitor.operations import health
from monitor.polling.pacing import leases
from tests.demo_github import DemoGitHub, World
from tests.refusing_database import refusing

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def fresh(repository: Repository) -> Repository:
    repository.refresh_from_db()
    return repository


def judged() -> health.HealthReport:
    return health.health_at(timezone.now(), up_seconds=3600)


@pytest.fixture
def web(world: World, watch, look) -> Repository:
    """acme/web with one open pull request, looked at once."""
    world.open("acme/web", "One", author="heron")
    repository = watch("acme/web")
    look()
    return fresh(repository)


# Health's statement about GitHub


@pytest.mark.django_db(transaction=True)
def test_a_lost_claim_changes_no_github_heartbeat(github: DemoGitHub, web, look, time_passes) -> None:
    github.faults.bad_gateway(only="PrProbe", times=1)
    look()
    assert judged().github == "failing"
    time_passes(10 * MINUTE)
    identities.forget_identities()  # so that prmonitor queries its identity between selecting and claiming repositories
    Repository.objects.update(next_poll_at=timezone.now())
    with github.faults.hold(only="Viewer") as hold:
        running = Thread(target=lambda: (look(due=False), connection.close()))
        running.start()
        assert hold.reached.wait(10)
        assert leases.claim_repositories([web.pk], timezone.now()).repositories
    running.join(20)
    assert len(github.asked("PrProbe")) == 2  # the first look's, and the one that failed
    assert judged().github == "failing"


def test_an_error_in_prmonitor_fails_polling_but_not_github(web, look, time_passes) -> None:
    Heartbeat.objects.filter(name="github").delete()
    # An unreadable plan stands for any unexpected error in prmonitor.
    RateLimit.objects.update(plan={"base": 60, "load": {"of": "another version"}}, planned_at=timezone.now())
    look()
    assert (judged().github, judged().polling) == ("unknown", "failing")
    assert fresh(web).status == "error"
    assert web.status_message.startswith("This is a fault in prmonitor (TypeError), not in GitHub")

    look(due=False)  # nothing is due: that changes no heartbeat's state
    assert judged().polling == "failing"

    time_passes(2 * MINUTE)
    look()
    assert (judged().github, judged().polling) == ("ok", "ok")


def test_an_error_after_githubs_answer_is_not_attributed_to_github(web, look) -> None:
    Heartbeat.objects.filter(name="github").delete()
    Repository.objects.update(quarantine=["of another version"])
    PullRequest.objects.update(updated_at=timezone.now() - MINUTE)
    look()
    assert fresh(web).status == "error"
    assert (judged().github, judged().polling) == ("ok", "failing")


def test_each_credential_that_is_checked_is_a_sign_of_github(github: DemoGitHub, web) -> None:
    Heartbeat.objects.filter(name="github").delete()
    tasks.credentials()
    assert judged().github == "ok"
    github.tokens.revoke("demo")
    tasks.credentials()
    assert judged().github == "failing"
    assert "refuses the token" in Heartbeat.objects.get(name="github").message


# A database outage


@pytest.mark.django_db(transaction=True)
def test_a_database_outage_while_metadata_is_updated_ends_the_round(
    github: DemoGitHub, world: World, web, look
) -> None:
    world.rename("acme/web", "acme/site")
    github.log.clear()
    with refusing('UPDATE "monitor_pullrequest"'), pytest.raises(OperationalError):
        look()
    assert [request.operation for request in github.log] == ["PrProbe"]
    assert fresh(web).status == "ok"


# Periodic refreshes


@pytest.fixture
def moved(world: World, watch, look, time_passes) -> tuple[Repository, Repository]:
    """acme/web and acme/vault, each with a pull request whose checks changed and are due to be refreshed."""
    world.clock = lambda: datetime.now(UTC) - timedelta(hours=1)
    pulls = [world.open(name, "One", author="heron") for name in ("acme/web", "acme/vault")]
    rows = watch("acme/web"), watch("acme/vault")
    look()
    for pull in pulls:
        world.set_checks(pull, "FAILURE")
    time_passes(16 * MINUTE)
    return rows


def test_a_failed_sweep_does_not_fail_the_look(world: World, moved, look, time_passes) -> None:
    web, vault = moved
    # An unreadable snapshot stands for any unexpected error in prmonitor.
    PullRequest.objects.filter(repository=web).update(snapshot="{")
    world.open("acme/web", "Two", author="finch")
    look()
    assert (fresh(web).status, fresh(vault).status) == ("ok", "ok")
    assert sorted(event.title for event in Event.objects.filter(pull_request__repository=web)) == ["Two"]
    assert PullRequest.objects.get(repository=vault).ci == "failure"
    # Only the failed refresh is tried again.
    assert timezone.now() - fresh(vault).checks_swept_at < MINUTE
    assert timezone.now() - fresh(web).checks_swept_at > 10 * MINUTE


def test_a_database_outage_in_a_sweep_ends_the_round(github: DemoGitHub, moved, look) -> None:
    github.log.clear()
    with refusing('INSERT INTO "monitor_pullrequest"'), pytest.raises(OperationalError):
        look()
    assert [request.operation for request in github.log] == ["PrProbe", "CiSweep"]
    assert {row.status for row in Repository.objects.all()} == {"ok"}
