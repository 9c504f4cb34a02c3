"""Fixtures for polling: a watched repository on the demo GitHub, and manual rounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db.models import DateTimeField, F
from django.utils import timezone

from monitor.github import identities
from monitor.models import Heartbeat, PullRequest, RateLimit, Repository, Subscription, Team
from monitor.polling import rounds
from monitor.rules.snapshot import isoformat, parse_time
from tests.demo_github import DemoGitHub, World

Watch = Callable[..., Repository]


@pytest.fixture
def token(github: DemoGitHub, settings) -> str:
    """Settings that use the demo GitHub with plover's token."""
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = github.url, "demo"
    identities.forget_identities()
    return "demo"


@pytest.fixture
def watch(token: str, world: World) -> Watch:
    """Creates a watched repository of the demo world; its row has only name and node id."""

    def watch(name: str, **columns) -> Repository:
        there = world.repository(name)
        known = {"full_name": name, "url": f"{world.web_url}/{name}", "private": there.is_private}
        repository = Repository.objects.create(node_id=there.id, **known | columns)
        user, _ = get_user_model().objects.get_or_create(username="lead")
        Subscription.objects.create(user=user, repository=repository, filters=["all"])
        return repository

    return watch


@pytest.fixture
def look() -> Callable[[], int]:
    """Makes everything due and runs one round; returns the number of looks."""

    def look(due: bool = True) -> int:
        if due:
            Repository.objects.update(next_poll_at=timezone.now())
        return rounds.run_due()

    return look


@pytest.fixture
def time_passes() -> Callable[[timedelta], None]:
    """Moves every stored time back, as if that much time had passed."""

    def time_passes(span: timedelta) -> None:
        for model in (Repository, RateLimit, Team, Heartbeat):
            times = [field.name for field in model._meta.concrete_fields if isinstance(field, DateTimeField)]
            model.objects.update(**{name: F(name) - span for name in times})
        PullRequest.objects.filter(pushed_at__isnull=False).update(pushed_at=F("pushed_at") - span)
        PullRequest.objects.update(as_of=F("as_of") - span)
        for repository in Repository.objects.exclude(quarantine={}):
            repository.quarantine = {key: _moved(times, span) for key, times in repository.quarantine.items()}
            repository.save(update_fields=["quarantine"])

    return time_passes


def _moved(times: dict[str, str], span: timedelta) -> dict[str, str | None]:
    return {name: isoformat(parse_time(at) - span) for name, at in times.items()}
