"""How many repositories one person may watch, and how often they may make prmonitor ask GitHub."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from monitor.github import identities
from monitor.models import Repository, Subscription
from monitor.quotas import repository_quotas
from tests.api.conftest import Caller, code_of, subscribe
from tests.builders import repository, user
from tests.demo_github import DemoGitHub

pytestmark = pytest.mark.django_db
FULL = "you watch 2 repositories, as many as one person may: stop watching one, or ask a team lead to add this one"


@pytest.fixture
def demo(github: DemoGitHub, settings: Any) -> DemoGitHub:
    """The demo GitHub, which the API asks."""
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = github.url, "demo"
    identities.forget_identities()
    return github


@pytest.fixture
def full(api: Caller, settings: Any) -> Caller:
    """heron, who watches as many as one person may."""
    settings.SUBSCRIPTIONS_PER_USER = 2
    for name in ("acme/one", "acme/two"):
        subscribe(api.user, repository(name))
    return api


def lookups(demo: DemoGitHub) -> int:
    """How often GitHub was asked for anything."""
    return len(demo.log)


def test_nobody_watches_more_than_the_limit(full: Caller, demo: DemoGitHub) -> None:
    before = lookups(demo)
    sent = full.post("/repositories/subscribe", {"repository": "acme/web"})
    assert code_of(sent) == (409, "conflict")
    assert sent.json()["error"]["message"] == FULL
    assert lookups(demo) == before, "who may not watch more costs GitHub nothing"
    assert not Repository.objects.filter(full_name="acme/web").exists()


def test_what_one_watches_already_can_still_be_changed_and_ended(full: Caller, demo: DemoGitHub) -> None:
    assert full.post("/repositories/subscribe", {"repository": "ACME/one", "filters": ["all"]}).status_code == 200
    assert full.post("/repositories/unsubscribe", {"repository": "acme/one"}).status_code == 204
    assert full.post("/repositories/subscribe", {"repository": "acme/web"}).status_code == 201


def test_what_one_may_no_longer_see_does_not_count(full: Caller, demo: DemoGitHub) -> None:
    Repository.objects.filter(full_name="acme/one").update(private=True)
    assert full.post("/repositories/subscribe", {"repository": "acme/web"}).status_code == 201


def test_leads_are_not_limited_and_zero_means_nobody_is(full: Caller, demo: DemoGitHub, settings: Any) -> None:
    lead = Caller(user("lead", is_staff=True))
    for name in ("acme/one", "acme/two", "acme/web"):
        subscribe(user(f"other-{name[5:]}"), Repository.objects.filter(full_name=name).first() or repository(name))
        assert lead.post("/repositories/subscribe", {"repository": name}).status_code == 201
    settings.SUBSCRIPTIONS_PER_USER = 0
    assert full.post("/repositories/subscribe", {"repository": "acme/web"}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_calls_at_once_do_not_get_past_the_limit(api: Caller, settings: Any) -> None:
    settings.SUBSCRIPTIONS_PER_USER = 3
    names = [f"acme/r{number}" for number in range(8)]
    other = user("other")
    for name in names:
        subscribe(other, repository(name))

    def ask(name: str) -> int:
        try:
            return int(api.post("/repositories/subscribe", {"repository": name}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        answers = sorted(crowd.map(ask, names))
    assert answers == [201] * 3 + [409] * 5
    assert Subscription.objects.filter(user=api.user).count() == 3


def test_lookups_on_github_are_counted_for_each_person(
    api: Caller, demo: DemoGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository_quotas, "LOOKUPS", ((3, 60),))
    for number in range(3):
        assert api.post("/repositories/subscribe", {"repository": f"acme/no-{number}"}).status_code == 404
    before = lookups(demo)
    sent = api.post("/repositories/subscribe", {"repository": "acme/web"})
    assert code_of(sent) == (429, "rate_limited")
    assert 1 <= int(sent["Retry-After"]) <= 60
    assert lookups(demo) == before
    assert Caller(user("other")).post("/repositories/subscribe", {"repository": "acme/web"}).status_code == 201
    # What somebody watches is known already: no question, and no limit.
    assert api.post("/repositories/subscribe", {"repository": "acme/web"}).status_code == 201


def test_the_longer_while_counts_as_well(api: Caller, demo: DemoGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository_quotas, "LOOKUPS", ((100, 60), (2, 3600)))
    answers = [api.post("/repositories/subscribe", {"repository": f"acme/no-{number}"}) for number in range(3)]
    assert [sent.status_code for sent in answers] == [404, 404, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 3600


def test_looks_on_demand_are_counted_for_each_person(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository_quotas, "LOOKS", ((2, 60),))
    for number in range(3):
        repository(f"acme/r{number}", next_poll_at="2050-01-01T00:00:00Z")
    answers = [api.post(f"/repositories/acme/r{number}/refresh") for number in range(3)]
    assert [sent.status_code for sent in answers] == [202, 202, 429]
    assert "looks" in answers[-1].json()["error"]["message"]
    assert Repository.objects.get(full_name="acme/r2").next_poll_at.year == 2050


def test_pages_say_it_where_one_asked(
    full: Caller, demo: DemoGitHub, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(full.user)
    asks = {"repository": "acme/web", "filters": ["author"]}
    answer = client.post("/repositories", asks)
    assert answer.status_code == 422
    assert FULL[1:] in answer.content.decode()
    other = repository("acme/three")
    answer = client.post("/repositories/acme/three/watch", {"filters": ["author"]}, follow=True)
    assert FULL[1:] in answer.content.decode()
    assert not other.subscriptions.exists()
    monkeypatch.setattr(repository_quotas, "LOOKUPS", ((0, 60),))
    monkeypatch.setattr(repository_quotas, "LOOKS", ((0, 60),))
    Subscription.objects.all().delete()
    answer = client.post("/repositories", asks)
    assert answer.status_code == 422
    assert "try again in" in answer.content.decode()
    answer = client.post("/repositories/acme/three/look", follow=True)
    assert "Too many looks on demand" in answer.content.decode()


def test_a_lead_adds_more_for_somebody(full: Caller, client: Any) -> None:
    client.force_login(user("chief", is_staff=True, is_superuser=True))
    more = repository("acme/three")
    sent = {"user": full.user.pk, "repository": more.pk, "filters": ["all"]}
    assert client.post("/admin/monitor/subscription/add/", sent).status_code == 302
    # It is theirs like the others: counted, and changed as they like.
    assert full.post("/repositories/subscribe", {"repository": "acme/three", "filters": ["author"]}).status_code == 200
    assert full.read("/repositories")["count"] == 3
