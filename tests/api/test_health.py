"""Health, metrics, and the JSON at the root address."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from monitor.api.health import LiveFirst
from monitor.models import Heartbeat, RateLimit, Repository
from monitor.operations import health
from monitor.operations.metrics import exposition, gauge
from tests.api.conftest import Caller, subscribe
from tests.builders import at, repository

pytestmark = pytest.mark.django_db
OK = {"database": "ok", "worker": "ok", "polling": "ok", "github": "ok"}


def beat(name: str, seconds_ago: float = 0, **values: Any) -> None:
    when = timezone.now() - timedelta(seconds=seconds_ago)
    Heartbeat.objects.update_or_create(name=name, defaults={"at": when} | values)


@pytest.fixture
def well(heron: Any) -> None:
    """Everything has worked for an hour."""
    beat("worker")
    beat("github")
    subscribe(heron, repository("acme/web"))


@pytest.fixture
def up_for(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    def started(seconds: float) -> None:
        monkeypatch.setattr(health, "_STARTED", time.monotonic() - seconds)

    started(3600)
    return started


def asked(path: str = "/health") -> tuple[int, Any]:
    sent = Client().get(path)
    return sent.status_code, sent.json()


def test_health_has_exactly_the_promised_keys(well: None, up_for: Any, settings: Any) -> None:
    expected = {"status": "ok", "version": settings.VERSION, "checks": OK}
    assert asked() == asked("/api/v1/health") == (200, expected)
    assert Client().head("/health").status_code == 200


def test_a_silent_worker_takes_us_out_of_rotation(well: None, up_for: Any) -> None:
    beat("worker", seconds_ago=31)
    status, body = asked()
    assert (status, body["status"], body["checks"]) == (503, "failing", OK | {"worker": "failing"})
    Heartbeat.objects.filter(name="worker").delete()
    assert asked()[0] == asked("/api/v1/health")[0] == 503


def test_a_worker_has_a_minute_to_start(well: None, up_for: Any) -> None:
    Heartbeat.objects.filter(name="worker").delete()
    up_for(59)
    status, body = asked()
    assert (status, body["status"], body["checks"]["worker"]) == (200, "ok", "starting")
    up_for(61)
    assert asked()[0] == 503


def test_github_being_down_does_not_take_us_out_of_rotation(well: None, up_for: Any) -> None:
    beat("github", failing_since=at(0), message="GitHub answers 502.")
    status, body = asked()
    assert (status, body["status"], body["checks"]["github"]) == (200, "failing", "failing")
    assert "502" not in str(body)


def test_polling_fails_when_what_is_watched_waits_too_long(well: None, up_for: Any, settings: Any) -> None:
    settings.POLLING_INTERVAL_SECONDS = 60
    now = timezone.now()
    Repository.objects.update(next_poll_at=now - timedelta(seconds=230))
    assert asked()[1]["checks"]["polling"] == "ok"
    Repository.objects.update(next_poll_at=now - timedelta(seconds=250))
    status, body = asked()
    assert (status, body["status"], body["checks"]["polling"]) == (200, "failing", "failing")
    Repository.objects.update(paused=True)
    assert asked()[1]["checks"]["polling"] == "ok"
    repository("acme/watched-by-nobody", next_poll_at=at(0))
    assert asked()[1]["checks"]["polling"] == "ok"


def test_what_was_never_seen_is_unknown(db: None, up_for: Any) -> None:
    assert asked()[1]["checks"] == OK | {"worker": "failing", "github": "unknown"}


def test_an_answer_of_long_ago_says_nothing_of_github_now(well: None, up_for: Any) -> None:
    beat("github", seconds_ago=7100)
    assert asked()[1]["checks"]["github"] == "ok"
    beat("github", seconds_ago=7300)
    assert asked()[1]["checks"]["github"] == "unknown"
    assert asked()[1]["status"] == "ok"


def test_looks_that_fail_by_a_fault_of_ours_are_polling_that_fails(well: None, up_for: Any) -> None:
    beat("poll", failing_since=at(0), message="A fault in prmonitor.")
    status, body = asked()
    assert (status, body["status"], body["checks"]) == (200, "failing", OK | {"polling": "failing"})
    Repository.objects.update(paused=True)  # nothing is looked at any more
    assert asked()[1]["checks"] == OK


def test_a_database_that_is_gone(well: None, up_for: Any) -> None:
    with connection.execute_wrapper(_gone):
        status, body = asked()
        assert asked("/health/live")[0] == 200
    assert (status, body["status"]) == (503, "failing")
    assert body["checks"] == {"database": "failing", "worker": "unknown", "polling": "unknown", "github": "unknown"}


def _gone(*_: Any) -> None:
    from django.db import OperationalError

    raise OperationalError("the server closed the connection unexpectedly")


def test_health_says_the_host_is_none_of_its_business(well: None, up_for: Any, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^health"]
    assert asked()[0] == asked("/health/live")[0] == 200


# Metrics


def read(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """The samples as Prometheus parses them: name and labels -> number."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}


def scraped(token: str = "scraper") -> Any:
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


def test_metrics_are_nowhere_without_their_token(db: None, settings: Any) -> None:
    assert scraped("").status_code == Client().get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "scraper"
    assert [scraped(wrong).status_code for wrong in ("", "wrong", "scraper2", "\u00e9")] == [404] * 4
    assert scraped().status_code == 200


def test_metrics_speak_prometheus(web: Any, settings: Any) -> None:
    settings.METRICS_TOKEN = "scraper"
    RateLimit.objects.create(identity="user:heron", resource="graphql", limit=5000, remaining=4321)
    beat("worker", seconds_ago=7)
    sent = scraped()
    assert sent["Content-Type"].startswith("text/plain; version=0.0.4")
    text = sent.content.decode()
    assert "# TYPE prmonitor_events_total counter\n" in text
    assert "# TYPE prmonitor_heartbeat_age_seconds gauge\n" in text
    numbers = read(text)
    assert numbers["prmonitor_events_total", ()] == 5
    assert numbers["prmonitor_repositories", (("status", "ok"),)] == 1
    assert numbers["prmonitor_repositories", (("status", "inaccessible"),)] == 0
    assert numbers["prmonitor_github_remaining", (("identity", "user:heron"), ("resource", "graphql"))] == 4321
    assert numbers["prmonitor_github_limit", (("identity", "user:heron"), ("resource", "graphql"))] == 5000
    assert numbers["prmonitor_deliveries", (("state", "waiting"),)] == 0
    assert numbers["prmonitor_sockets", ()] == 0
    assert 7 <= numbers["prmonitor_heartbeat_age_seconds", (("name", "worker"),)] < 60


def test_only_our_own_numbers_are_shown(db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = "scraper"
    named = {family.name for family in text_string_to_metric_families(scraped().content.decode())}
    assert {name for name in named if not name.startswith("prmonitor_")} == set()


@pytest.mark.parametrize("text", ['a"b\\c\nd', "\\n", "caf\u00e9", ""])
def test_what_stands_in_a_family_is_escaped(text: str) -> None:
    (family,) = text_string_to_metric_families(exposition([gauge("x", text, ["name"], [([text], 1)])]).decode())
    assert (family.documentation, [sample.labels for sample in family.samples]) == (text, [{"name": text}])


@pytest.mark.parametrize("number", [1841234567, 2**53 - 1, 0.125, -3])
def test_numbers_lose_no_digit(number: float) -> None:
    written = exposition([gauge("x", "What.", ["a"], [(["b"], number)])]).decode()
    assert read(written) == {("x", (("a", "b"),)): number}


# The root


@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_programs_are_told_where_the_documentation_is(db: None, settings: Any, accept: str | None) -> None:
    sent = Client().get("/", headers={"Accept": accept} if accept else {})
    assert (sent.status_code, sent.json()) == (200, {"name": "prmonitor", "version": settings.VERSION, "docs": "/docs"})


def test_browsers_are_led_to_sign_in(db: None) -> None:
    sent = Client().get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (sent.status_code, sent["Location"]) == (302, "/accounts/login/?next=/")


def test_health_below_the_api_needs_no_sign_in_and_no_quota(
    well: None, up_for: Any, settings: Any, anybody: Caller
) -> None:
    settings.API_RATE_PER_MINUTE = 1
    assert [anybody.get("/health").status_code for _ in range(3)] == [200] * 3


def test_the_short_road_says_what_django_says() -> None:
    async def ask(method: str, path: str) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        async def django(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "django"})

        await LiveFirst(django)({"type": "http", "method": method, "path": path}, None, send)
        return sent

    for method in ("GET", "HEAD"):
        response = Client().generic(method, "/health/live")
        start, body = asyncio.run(ask(method, "/health/live"))
        assert (start["status"], body["body"]) == (200, response.content)
        assert {name.decode(): value.decode() for name, value in start["headers"]}.items() <= response.headers.items()
    for method, path in (("POST", "/health/live"), ("GET", "/health/live/"), ("GET", "/health")):
        assert asyncio.run(ask(method, path)) == [{"type": "django"}]
