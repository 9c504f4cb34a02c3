"""A pull request that GitHub alone fails on: everybody sees since when, and it is read soon after GitHub answers."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from monitor.models import Event, PullRequest, Repository
from monitor.rules.quarantine import after_failure
from tests import builders
from tests.demo_github import DemoGitHub, World
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
WORDS = "could not be read since"
PAGES = ("/repositories/acme/web", "/repositories", "/pull-requests/acme/web/2", "/?q=is%3Aopen")


@pytest.fixture
def pulls(world: World) -> list[Any]:
    """Three open pull requests in acme/web."""
    return [world.open("acme/web", f"PR {number}", author="heron") for number in (1, 2, 3)]


@pytest.fixture
def heron(pulls: Any, watch) -> Client:
    """The browser of heron, who watches acme/web."""
    repository, user = watch("acme/web"), builders.user("heron", is_staff=True)
    repository.subscriptions.create(user=user, filters=["all"])
    browser = Client(headers={"accept": "text/html"})
    browser.force_login(user)
    return browser


def said_on(browser: Client) -> dict[str, bool]:
    return {address: "could not be read" in text(browser.get(address)) for address in PAGES}


def status() -> tuple[str, str]:
    repository = Repository.objects.get()
    return repository.status, repository.status_message


@pytest.mark.slow
def test_pages_and_api_say_since_when_until_it_is_read(
    github: DemoGitHub, world: World, pulls: list[Any], heron: Client, look, time_passes
) -> None:
    look()
    assert not any(said_on(heron).values())
    world.retitle(pulls[1], "Changed meanwhile")
    world.retitle(pulls[2], "Changed as well")
    poison = github.faults.poison(pulls[1].id, only="PrDetails")
    look()
    assert PullRequest.objects.get(number=3).title == "Changed as well", "the others are read within the interval"
    assert all(said_on(heron).values()), said_on(heron)
    assert "could not be read" not in text(heron.get("/pull-requests/acme/web/3"))
    there = heron.get("/api/v1/repositories/acme/web").json()
    assert there["status"] == "ok"
    assert there["status_message"].startswith("1 pull request could not be read since 20")

    hits = poison.hits
    look()
    assert poison.hits == hits, "not at every look"
    time_passes(6 * MINUTE)
    look()
    assert poison.hits == hits + 1, "alone, so that GitHub fails on no other with it"
    assert all(said_on(heron).values()), said_on(heron)

    poison.clear()
    time_passes(6 * MINUTE)
    look()
    assert PullRequest.objects.get(number=2).title == "Changed meanwhile"
    assert not any(said_on(heron).values())
    assert status() == ("ok", "")


def test_one_of_the_first_look_is_read_later(
    github: DemoGitHub, pulls: list[Any], heron: Any, look, time_passes
) -> None:
    poison = github.faults.poison(pulls[1].id, only="PrDetails")
    look()
    assert (PullRequest.objects.count(), status()[0]) == (2, "ok")
    assert status()[1].startswith("1 pull request could not be read since 20")
    poison.clear()
    time_passes(6 * MINUTE)
    look()
    assert PullRequest.objects.count() == 3
    assert status() == ("ok", "")
    assert not Event.objects.exists(), "it was open before anybody watched"


def test_one_that_is_gone_is_not_asked_for_again_and_again(github: DemoGitHub, heron: Any, look, time_passes) -> None:
    look()
    Repository.objects.update(quarantine=after_failure({}, "PR_gone", timezone.now() - 6 * MINUTE))
    look()
    look()
    assert len([request for request in github.asked("PrDetails") if "PR_gone" in request.ids]) == 1
    assert status() == ("ok", "")
