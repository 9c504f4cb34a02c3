"""What a user may not see does not exist for them: no response, number, error or row tells otherwise."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from monitor.github import identities
from monitor.models import RateLimit, Repository
from monitor.recording.recorder import record
from tests.api.conftest import Caller, code_of, subscribe
from tests.builders import asked, at, label, repository, snapshot, user
from tests.demo_github import DemoGitHub

pytestmark = pytest.mark.django_db
SUBSCRIBE = "/repositories/subscribe"


@pytest.fixture
def demo(github: DemoGitHub, settings: Any) -> DemoGitHub:
    """The demo GitHub, which the API asks."""
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = github.url, "demo"
    identities.forget_identities()
    return github


@pytest.fixture
def vault(demo: DemoGitHub) -> Repository:
    """A private repository that a member of the staff watches."""
    hidden = repository("acme/vault", node_id=demo.world.repository("acme/vault").id, private=True)
    subscribe(user("lead", is_staff=True), hidden)
    secret = snapshot(7, title="The secret plan", labels=(label("secret"),), review_requests=(asked("heron"),))
    record(hidden, [secret], now=at(1))
    return hidden


def test_an_outage_does_not_tell_what_is_hidden_from_what_is_nowhere(
    api: Caller, demo: DemoGitHub, vault: Repository
) -> None:
    assert code_of(api.post(SUBSCRIBE, {"repository": "acme/nothing"})) == (404, "repository_not_found")
    for name in ("acme/vault", "acme/nothing"):
        demo.faults.bad_gateway()
        assert code_of(api.post(SUBSCRIBE, {"repository": name})) == (503, "github_unavailable"), name
        RateLimit.objects.update(blocked_until=None)


def test_guessing_the_name_of_a_private_repository_leaves_no_row(api: Caller, demo: DemoGitHub) -> None:
    assert code_of(api.post(SUBSCRIBE, {"repository": "acme/vault"})) == (404, "repository_not_found")
    assert not Repository.objects.exists()


def test_looking_names_up_spends_from_the_budget_and_not_all_of_it(api: Caller, demo: DemoGitHub) -> None:
    api.post(SUBSCRIBE, {"repository": "acme/nothing"})
    assert RateLimit.objects.get(resource="graphql").spent >= 1
    RateLimit.objects.update(limit=5000, remaining=1600, spent=3400, reset_at=timezone.now() + timedelta(minutes=30))
    sent = api.post(SUBSCRIBE, {"repository": "acme/nothing"})
    assert code_of(sent) == (503, "github_unavailable")
    assert 1700 < int(sent["Retry-After"]) <= 1801


CALLS: list[Callable[[Caller, str], Any]] = [
    lambda api, name: api.get(f"/repositories/{name}"),
    lambda api, name: api.get(f"/repositories/{name.replace('/', '%2F')}"),
    lambda api, name: api.get(f"/repositories/{name.upper()}"),
    lambda api, name: api.get(f"/repositories/{name}/pull-requests?q=label:secret"),
    lambda api, name: api.get(f"/repositories/{name}/pull-requests?q=lable:secret"),
    lambda api, name: api.post(f"/repositories/{name}/refresh"),
    lambda api, name: api.post("/repositories/unsubscribe", {"repository": name}),
    lambda api, name: api.get(f"/pull-requests/{name}/7"),
    lambda api, name: api.put(f"/pull-requests/{name}/7/snooze", {}),
    lambda api, name: api.delete(f"/pull-requests/{name}/7/snooze"),
    lambda api, name: api.put(f"/pull-requests/{name}/7/claim"),
    lambda api, name: api.delete(f"/pull-requests/{name}/7/claim"),
    lambda api, name: api.get(f"/deliveries?pull_request={name}%237"),
    lambda api, name: api.get(f"/why?pull_request={name}%237"),
    lambda api, name: api.get(f"/pull-requests?q=repo:{name}"),
    lambda api, name: api.post("/views", {"name": "v", "q": f"repo:{name} label:secret"}),
]


@pytest.mark.parametrize("call", CALLS)
def test_hidden_and_nowhere_are_answered_alike(call: Any, heron: User, vault: Repository) -> None:
    subscribe(heron, vault)  # from the time when it was public
    told = []
    for name in ("acme/vault", "acme/nowhr"):
        sent = call(Caller(heron), name)
        text = sent.content.decode()
        assert "secret plan" not in text
        told.append((sent.status_code, text.lower().replace(name, "NAME")))
        heron.views.all().delete()
    numbers = [(status, "".join(sign for sign in text if not sign.isdigit())) for status, text in told]
    assert numbers[0] == numbers[1]
    assert told[0][0] in {200, 201, 404}


def test_nothing_of_it_is_in_anything_that_counts(api: Caller, heron: User, vault: Repository) -> None:
    subscribe(heron, vault)
    assert api.read("/repositories")["items"] == []
    assert api.read("/pull-requests") == {"items": [], "count": 0}
    assert api.read("/events", after=0)["items"] == []
    assert {view["count"] for view in api.read("/views")["items"]} == {0}
    assert "secret" not in str(api.read("/deliveries"))
