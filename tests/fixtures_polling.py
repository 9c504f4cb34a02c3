"""A watched repository on the demo GitHub, and rounds by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from monitor.demo import DemoGitHub
from monitor.github import identities
from monitor.github.identities import client_for
from monitor.models import Repository, Subscription
from monitor.polling import rounds

Watch = Callable[..., Repository]


@pytest.fixture
def token(github: DemoGitHub, settings) -> str:
    """GitHub is the demo one, read with plover's token."""
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = github.url, "demo"
    identities.forget()
    return "demo"


@pytest.fixture
def watch(token: str) -> Watch:
    """Has somebody watch a repository of the demo world, known by name and node id alone."""

    def watch(name: str, **columns) -> Repository:
        facts = client_for(name.partition("/")[0]).resolve([name]).found[name.lower()]
        known = {"full_name": facts.full_name, "url": facts.url, "private": facts.private}
        repository = Repository.objects.create(node_id=facts.node_id, **known | columns)
        user, _ = get_user_model().objects.get_or_create(username="lead")
        Subscription.objects.create(user=user, repository=repository, filters=["all"])
        return repository

    return watch


@pytest.fixture
def look() -> Callable[[], int]:
    """Makes everything due and runs one round; how many looks it made."""

    def look(due: bool = True) -> int:
        if due:
            Repository.objects.update(next_poll_at=timezone.now())
        return rounds.run_due()

    return look
