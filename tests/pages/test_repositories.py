"""The pages of repositories: watching, filters, polling now, and error messages."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from monitor.models import RateLimit, Repository, Subscription
from tests import builders
from tests.builders import asked, snapshot
from tests.demo_github import DemoGitHub
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
Record = Callable[..., list[int]]
FAR = builders.at(60 * 24 * 365 * 20)


@pytest.fixture
def on_github(github: DemoGitHub, settings: Any) -> DemoGitHub:
    """prmonitor asks the demo GitHub."""
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = github.url, "demo"
    return github


def watch(page: Client, name: str, *filters: str) -> Any:
    """Sends the form to watch a repository."""
    return page.post("/repositories", {"repository": name, "filters": filters or ("author",)}, follow=True)


def test_a_repository_nobody_watched_is_looked_up_and_watched(page: Client, on_github: DemoGitHub) -> None:
    answer = watch(page, " https://github.com/ACME/web.git ", "assigned", "author")
    assert "You watch acme/web" in text(answer)
    assert "first look" in text(answer)
    found = Subscription.objects.get()
    assert (found.repository.full_name, found.filters) == ("acme/web", ["author", "assigned"])


def test_an_unknown_or_private_one_gives_the_same_answer_and_writes_nothing(
    page: Client, on_github: DemoGitHub
) -> None:
    for name in ("acme/nothing", "acme/vault"):
        answer = watch(page, name)
        assert answer.status_code == 422
        assert f'Repository "{name}" was not found, or neither the token nor you may read it.' in text(answer)
    assert not Subscription.objects.exists()


def test_what_github_no_longer_has_cannot_be_watched_anew(page: Client, on_github: DemoGitHub) -> None:
    builders.repository("acme/gone")
    answer = page.post("/repositories/acme/gone/watch", {"filters": ["all"]}, follow=True)
    assert "was not found" in text(answer)
    assert not Subscription.objects.exists()


def test_a_slip_of_the_pen_is_answered_with_the_nearest_name(page: Client, on_github: DemoGitHub) -> None:
    builders.repository("acme/checkout")
    assert "Did you mean acme/checkout ?" in text(watch(page, "acme/chekout"))


@pytest.mark.parametrize("name", ["", "web", "acme/", "/web", "acme/we b", "acme/..", "a" * 300, "acme/web\0", "<b>/x"])
def test_nonsense_is_not_asked_of_github(page: Client, name: str) -> None:
    answer = watch(page, name)
    assert answer.status_code == 422
    assert b"<b>/x" not in answer.content


def test_github_being_down_is_said_where_one_asked(page: Client, settings: Any) -> None:
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = "http://127.0.0.1:9", "demo"
    answer = watch(page, "acme/web")
    assert answer.status_code == 422
    assert "GitHub" in text(answer)


def test_at_least_one_filter(page: Client) -> None:
    answer = page.post("/repositories", {"repository": "acme/web"})
    assert "Choose at least one" in text(answer)


def test_the_list_says_how_reading_goes(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="lark", review_requests=(asked("heron"),)))
    now = timezone.now()
    RateLimit.objects.create(identity="user:x", resource="graphql", remaining=4212, reset_at=now + timedelta(minutes=9))
    Repository.objects.update(last_polled_at=now, effective_interval_seconds=300)
    said = text(page.get("/repositories"))
    assert "1 1 asks you" in said
    assert "every 5 m" in said
    assert "up to date" in said
    assert "4212 of 5000" in said


def test_a_failing_one_says_why_since_when_and_what_next(page: Client, web: Repository) -> None:
    now = timezone.now()
    Repository.objects.update(
        status="inaccessible",
        status_message="GitHub answers 404.",
        failing_since=now - timedelta(minutes=41),
        failures=41,
        next_poll_at=now + timedelta(minutes=12, seconds=30),
    )
    said = text(page.get("/repositories"))
    assert "1 failing" in said
    assert "GitHub answers 404." in said
    assert "41 tries, next in 12 m" in said


def test_the_list_takes_the_same_queries_for_many(
    page: Client, heron: Any, web: Repository, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(22) as few:
        page.get("/repositories")
    for number in range(12):
        Subscription.objects.create(user=heron, repository=builders.repository(f"acme/more-{number}"))
    with django_assert_num_queries(len(few)):
        page.get("/repositories")


def test_one_repository_has_lists_by_state(page: Client, web: Repository, record: Record) -> None:
    merged, closed = {"state": "merged", "merged_at": builders.at(1)}, {"state": "closed", "closed_at": builders.at(1)}
    record(web, snapshot(1), snapshot(2, **merged), snapshot(3, **closed))
    for state, numbers in {"": {1}, "open": {1}, "merged": {2}, "closed": {3}, "all": {1, 2, 3}}.items():
        said = page.get("/repositories/acme/web", {"state": state}).content.decode()
        assert {number for number in (1, 2, 3) if f'id="pr-acme/web/{number}"' in said} == numbers


def test_who_is_tired_of_team_requests_ticks_direct_ones_only(page: Client, web: Repository) -> None:
    assert "I am asked for a review myself, not only my team" in text(page.get("/repositories/acme/web"))
    page.post("/repositories/acme/web/watch", {"filters": ["user_review_requested"]})
    assert Subscription.objects.get().filters == ["user_review_requested"]
    shown = page.get("/repositories/acme/web").content.decode()
    assert re.search(r'value="user_review_requested"[^>]* checked', shown)
    assert not re.search(r'value="review_requested"[^>]* checked', shown)


def test_filters_are_changed_and_watching_ends(page: Client, web: Repository) -> None:
    page.post("/repositories/acme/web/watch", {"filters": ["all"]})
    assert Subscription.objects.get().filters == ["all"]
    assert page.post("/repositories/acme/web/watch", {"filters": ["nonsense"]}).status_code == 422
    assert "You no longer watch acme/web" in text(page.post("/repositories/acme/web/unwatch", follow=True))
    assert not Subscription.objects.exists()


def test_look_now_once_in_ten_seconds(page: Client, web: Repository) -> None:
    Repository.objects.update(next_poll_at=FAR)
    assert "acme/web is looked at now" in text(page.post("/repositories/acme/web/look", follow=True))
    web.refresh_from_db()
    assert web.next_poll_at < FAR
    assert "Try again in" in text(page.post("/repositories/acme/web/look", follow=True))


@pytest.mark.parametrize("address", ["", "/watch", "/unwatch", "/look"])
def test_what_one_may_not_see_does_not_exist(page: Client, heron: Any, address: str) -> None:
    hidden = builders.repository("acme/vault", private=True)
    ask = page.post if address else page.get
    there, not_there = ask(f"/repositories/acme/vault{address}"), ask(f"/repositories/acme/nothing{address}")
    assert (there.status_code, not_there.status_code) == (404, 404)
    assert there.content == not_there.content
    group = Group.objects.create(name="Vault people")
    hidden.shared_with.add(group)
    heron.groups.add(group)
    assert page.get("/repositories/acme/vault").status_code == 200


def test_names_are_found_in_any_case_and_with_a_slash_behind(page: Client, web: Repository) -> None:
    assert page.get("/repositories/ACME/Web/", follow=True).status_code == 200


def test_the_list_knows_private_names_only_for_those_who_may_see_them(page: Client) -> None:
    builders.repository("acme/vault", private=True)
    builders.repository("acme/open")
    said = page.get("/repositories").content.decode()
    assert "acme/open" in said
    assert "vault" not in said
