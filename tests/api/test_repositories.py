"""`/repositories`: all fields, and subscriptions."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from monitor.github import identities
from monitor.models import Repository, Subscription
from monitor.recording.recorder import record
from tests.api.conftest import Caller, code_of, subscribe
from tests.builders import asked, at, repository, review, snapshot, user
from tests.demo_github import DemoGitHub

pytestmark = pytest.mark.django_db
DEFAULT = ["author", "assigned", "review_requested", "code_owner"]
KEYS = [
    "full_name", "url", "private", "archived", "default_branch", "filters", "status", "status_message", "last_polled_at",
    "next_poll_at", "effective_interval_seconds", "stats",
]  # fmt: skip
HIDDEN = 'repository "{}" was not found, or neither the token nor you may read it'


@pytest.fixture
def demo(github: DemoGitHub, settings: Any) -> DemoGitHub:
    """The demo GitHub, which the API asks."""
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = github.url, "demo"
    identities.forget_identities()
    return github


def test_subscribing_looks_the_repository_up_and_has_it_looked_at(api: Caller, demo: DemoGitHub) -> None:
    sent = api.post("/repositories/subscribe", {"repository": "ACME/web"})
    assert sent.status_code == 201
    body = sent.json()
    assert list(body) == KEYS
    assert (body["full_name"], body["status"], body["filters"]) == ("acme/web", "pending", DEFAULT)
    assert Repository.objects.get().next_poll_at <= timezone.now()


def test_who_is_tired_of_team_requests_subscribes_to_direct_ones_only(api: Caller, demo: DemoGitHub) -> None:
    wanted = ["user_review_requested", "author"]
    answer = api.post("/repositories/subscribe", {"repository": "acme/web", "filters": wanted})
    assert (answer.status_code, answer.json()["filters"]) == (201, ["author", "user_review_requested"])
    assert api.get("/repositories/acme/web").json()["filters"] == ["author", "user_review_requested"]
    refused = api.post("/repositories/subscribe", {"repository": "acme/web", "filters": ["user_review_request"]})
    assert refused.status_code == 422
    assert "'user_review_requested'" in refused.json()["error"]["details"][0]["message"]


def test_subscribing_again_replaces_the_filters(api: Caller, demo: DemoGitHub) -> None:
    first = api.post("/repositories/subscribe", {"repository": "acme/web", "filters": ["all"]})
    again = api.post(
        "/repositories/subscribe", {"repository": "acme/web", "filters": ["code_owner", "author", "author"]}
    )
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["filters"] == ["author", "code_owner"]
    assert Subscription.objects.get().filters == ["author", "code_owner"]


def test_what_cannot_be_had_is_one_and_the_same_404(api: Caller, demo: DemoGitHub) -> None:
    repository("acme/known-and-private", private=True)
    for name in ("acme/nothing-here", "acme/vault", "acme/known-and-private"):
        sent = api.post("/repositories/subscribe", {"repository": name})
        assert code_of(sent) == (404, "repository_not_found")
        assert sent.json()["error"]["message"] == HIDDEN.format(name)
    assert not Subscription.objects.exists()


def test_what_nobody_watched_any_more_may_have_become_private(api: Caller, demo: DemoGitHub) -> None:
    vault = demo.world.repository("acme/vault")
    known = repository("acme/vault", node_id=vault.id, private=False)
    assert code_of(api.post("/repositories/subscribe", {"repository": "acme/vault"})) == (404, "repository_not_found")
    known.refresh_from_db()
    assert known.private
    assert api.get("/repositories/acme/vault").status_code == 404


def test_private_ones_are_for_staff_and_for_the_groups_they_are_shared_with(demo: DemoGitHub) -> None:
    lead, member = Caller(user("lead", is_staff=True)), Caller(user("member"))
    assert lead.post("/repositories/subscribe", {"repository": "acme/vault"}).status_code == 201
    assert member.post("/repositories/subscribe", {"repository": "acme/vault"}).status_code == 404
    group = Group.objects.create(name="keepers")
    Repository.objects.get().shared_with.add(group)
    member.user.groups.add(group)
    assert member.post("/repositories/subscribe", {"repository": "acme/vault"}).status_code == 201
    group.delete()
    assert member.read("/repositories") == {"items": [], "count": 0}
    assert member.get("/repositories/acme/vault").status_code == 404


def test_github_being_away_is_not_our_fault(api: Caller, demo: DemoGitHub) -> None:
    demo.faults.bad_gateway()
    sent = api.post("/repositories/subscribe", {"repository": "acme/web"})
    assert code_of(sent) == (503, "github_unavailable")
    assert int(sent["Retry-After"]) >= 1


def test_github_refusing_us_is_said(api: Caller, demo: DemoGitHub, settings: Any) -> None:
    settings.GITHUB_TOKEN = "revoked"
    assert code_of(api.post("/repositories/subscribe", {"repository": "acme/web"})) == (502, "github_error")
    settings.GITHUB_TOKEN = ""
    assert code_of(api.post("/repositories/subscribe", {"repository": "acme/web"})) == (502, "github_error")


def test_github_wanting_us_to_wait_is_handed_on(api: Caller, demo: DemoGitHub) -> None:
    api.post("/repositories/subscribe", {"repository": "acme/nothing"})  # whose token it is, is known then
    demo.faults.secondary_limit(retry_after=17)
    sent = api.post("/repositories/subscribe", {"repository": "acme/web"})
    assert code_of(sent) == (503, "github_unavailable")
    assert 15 <= int(sent["Retry-After"]) <= 18


def test_unsubscribing_once(api: Caller, heron: User) -> None:
    watched = repository("acme/web")
    subscribe(heron, watched)
    assert api.post("/repositories/unsubscribe", {"repository": "Acme/Web"}).status_code == 204
    assert not Subscription.objects.exists()
    assert code_of(api.post("/repositories/unsubscribe", {"repository": "acme/web"})) == (404, "not_found")
    unknown = api.post("/repositories/unsubscribe", {"repository": "acme/nothing"})
    assert code_of(unknown) == (404, "repository_not_found")


def test_the_list_is_mine_by_name_and_paged(api: Caller, heron: User) -> None:
    for name in ("acme/zebra", "Acme/ant", "acme/moth"):
        subscribe(heron, repository(name))
    repository("acme/not-mine")
    everything = api.read("/repositories")
    assert [item["full_name"] for item in everything["items"]] == ["Acme/ant", "acme/moth", "acme/zebra"]
    assert everything["count"] == 3
    second = api.read("/repositories", limit=1, offset=1)
    assert [item["full_name"] for item in second["items"]] == ["acme/moth"]
    assert second["count"] == 3


def test_stats_are_the_readers_own(heron: User) -> None:
    watched = repository("acme/web")
    wren = user("wren")
    subscribe(heron, watched)
    subscribe(wren, watched)
    record(
        watched,
        [
            snapshot(1, assignees=("heron",)),
            snapshot(2, review_requests=(asked("Heron"), asked("wren"))),
            snapshot(3, reviews=(review("wren", "approved"),)),
            snapshot(4, draft=True),
            snapshot(5, author="renovate", author_is_bot=True),
            snapshot(6, state="merged", assignees=("heron",), merged_at=at(1), closed_at=at(1)),
        ],
        now=at(2),
    )
    numbers = Caller(heron).read("/repositories/acme/web")["stats"]
    assert numbers == {"total_open_prs": 5, "assigned_to_user": 1, "review_requests": 1, "needs_review": 2}
    assert Caller(wren).read("/repositories/acme/web")["stats"]["assigned_to_user"] == 0


def test_one_repository_also_when_i_do_not_watch_it(api: Caller) -> None:
    repository("acme/web", status="error", status_message="GitHub answers 502.", last_polled_at=at(1))
    body = api.read("/repositories/acme/web")
    assert body["filters"] is None
    assert (body["status"], body["status_message"]) == ("error", "GitHub answers 502.")
    assert body["last_polled_at"] == "2026-03-02T09:01:00Z"
    assert list(body["stats"]) == ["total_open_prs", "assigned_to_user", "review_requests", "needs_review"]


def test_a_slash_in_one_segment_works_like_two(api: Caller, web: Any) -> None:
    plain = api.get("/repositories/acme/web")
    coded = api.get("/repositories/acme%2Fweb")
    assert plain.json() == coded.json()
    assert plain["ETag"] == coded["ETag"]
    assert (
        api.get("/repositories/acme%2fweb/pull-requests").json()
        == api.get("/repositories/acme/web/pull-requests").json()
    )
    assert api.get("/pull-requests/acme%2Fweb/1").status_code == 200


def test_refresh_makes_it_due_at_once_and_waits_ten_seconds(api: Caller, web: Any) -> None:
    Repository.objects.update(next_poll_at=timezone.now() + timedelta(hours=1))
    sent = api.post("/repositories/acme/web/refresh")
    assert sent.status_code == 202
    assert list(sent.json()) == KEYS
    assert Repository.objects.get().next_poll_at <= timezone.now()
    again = api.post("/repositories/acme/web/refresh")
    assert code_of(again) == (429, "rate_limited")
    assert 1 <= int(again["Retry-After"]) <= 10
    Repository.objects.update(refreshed_at=timezone.now() - timedelta(seconds=10))
    assert api.post("/repositories/acme/web/refresh").status_code == 202


def test_its_pull_requests_open_ones_first_of_all(api: Caller, web: Any) -> None:
    def numbers(**query: Any) -> list[int]:
        return [item["number"] for item in api.read("/repositories/acme/web/pull-requests", **query)["items"]]

    assert numbers() == [2, 3, 1]
    assert numbers(state="open") == [2, 3, 1]
    assert numbers(state="merged") == [4]
    assert numbers(state="closed") == [5]
    assert numbers(state="all") == [4, 5, 2, 3, 1]
    assert numbers(state="all", limit=2, offset=1) == [5, 2]


def test_strangers_to_a_private_repository_learn_nothing_of_it(api: Caller) -> None:
    hidden = repository("acme/vault", private=True)
    record(hidden, [snapshot(1)], now=at(1))
    paths = ["/repositories/acme/{}", "/repositories/acme/{}/pull-requests", "/pull-requests/acme/{}/1"]
    for path in paths:
        secret, nonsense = api.get(path.format("vault")), api.get(path.format("nonsense"))
        assert code_of(secret) == code_of(nonsense) == (404, "repository_not_found")
        assert secret.content.replace(b"vault", b"nonsense") == nonsense.content
    for path in ("/repositories/acme/vault/refresh", "/repositories/acme/nonsense/refresh"):
        assert code_of(api.post(path)) == (404, "repository_not_found")
