"""The demo's rows: never mixed with real ones, gone with their world, and nobody's watching forgotten."""

from datetime import timedelta
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.utils import timezone
from django_q.models import Schedule

from monitor import queries
from monitor.background.schedules import LOGINS, write_schedules
from monitor.models import (
    Credential,
    Event,
    EventSequence,
    Person,
    PullRequest,
    RateLimit,
    Repository,
    Subscription,
    Team,
)
from monitor.operations import demo_data
from monitor.operations.demo_data import Watch
from monitor.polling.pacing import leases
from monitor.runtime.up import demo_mode

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return User.objects.create_superuser("admin")


def watched(user: User, name: str, filters: list[str], *, demo: bool = True) -> Repository:
    repository, _ = Repository.objects.get_or_create(
        node_id=f"R_{demo}_{name}", full_name=f"acme/{name}", url=f"https://github.example/acme/{name}", demo=demo
    )
    Subscription.objects.create(user=user, repository=repository, filters=filters)
    return repository


def event_in(repository: Repository) -> None:
    now = timezone.now()
    pull = PullRequest.objects.create(
        repository=repository, number=1, node_id="PR_1", as_of=now, created_at=now, updated_at=now, state="open"
    )
    Event.objects.create(
        id=7,
        repository=repository,
        pull_request=pull,
        update_type="new_pr",
        changes=[],
        audience={},
        at=now,
        occurred_at=now,
    )
    EventSequence.objects.update_or_create(pk=EventSequence.ONLY, defaults={"last": 7})


def test_a_demo_makes_the_first_admin_the_person_it_is_about(admin: User) -> None:
    assert demo_data.start_demo(admin.pk) == []
    assert demo_data.is_demo()
    person = Person.objects.get(user=admin)
    assert (person.github_login, person.github_login_confirmed) == (demo_data.LOGIN, True)


def test_a_colleague_is_away_in_the_demo_alone(admin: User) -> None:
    demo_data.start_demo(admin.pk)
    demo_data.start_demo(admin.pk)
    colleague = Person.objects.get(github_login=demo_data.AWAY)
    assert colleague.is_away(timezone.now())
    demo_data.clear_demo()
    assert not Person.objects.filter(github_login=demo_data.AWAY).exists()
    Person.objects.create(github_login=demo_data.AWAY.upper())
    demo_data.start_demo(admin.pk)
    demo_data.clear_demo()
    assert Person.objects.get(github_login=demo_data.AWAY.upper()).away_until is None, "somebody's own row stays"


def test_a_login_that_somebody_has_stays_theirs(admin: User) -> None:
    other = Person.objects.create(user=User.objects.create_user("other"), github_login="Plover")
    demo_data.start_demo(admin.pk)
    other.refresh_from_db()
    assert other.github_login == "Plover"
    assert Person.objects.get(user=admin).github_login is None


def test_a_new_demo_forgets_the_old_world_but_not_who_watched_it(admin: User) -> None:
    demo_data.start_demo(admin.pk)
    wren = User.objects.create_user("wren")
    event_in(watched(wren, "web", ["author"]))
    watched(admin, "docs", ["all"])
    watches = demo_data.start_demo(admin.pk)
    assert not Repository.objects.exists()
    assert not Event.objects.exists()
    assert EventSequence.objects.get().pruned == 7, "a cursor of the old world has to start anew"
    assert Watch(wren.pk, "acme/web", ("author",)) in watches
    gone = Watch(wren.pk, "acme/gone", ("all",))
    assert demo_data.watches_for(["acme/docs", "acme/web"], admin.pk, [*watches, gone]) == [
        Watch(admin.pk, "acme/docs", ("all",)),
        Watch(admin.pk, "acme/web", ("all",)),
        Watch(wren.pk, "acme/web", ("author",)),
    ]


def test_a_real_github_takes_over_from_the_demo(admin: User) -> None:
    demo_data.start_demo(admin.pk)
    watched(admin, "web", ["all"])
    Person.objects.create(github_login="finch", github_login_checked_at=timezone.now())
    for identity in (f"user:{demo_data.LOGIN}", "user:ci-reader"):
        RateLimit.objects.create(identity=identity, resource="graphql", remaining=7)
        Credential.objects.create(identity=identity, checked_at=timezone.now())
    demo_data.clear_demo()
    assert RateLimit.objects.get().identity == Credential.objects.get().identity == "user:ci-reader"
    assert not Repository.objects.exists()
    assert not demo_data.is_demo()
    assert Person.objects.get(github_login="finch").github_login_checked_at is None, "another GitHub is asked anew"
    person = Person.objects.get(user=admin)
    assert (person.github_login, person.github_login_confirmed) == (None, False)
    assert User.objects.filter(pk=admin.pk).exists()


@pytest.mark.django_db(transaction=True)  # the schedule is woken on commit
def test_logins_are_asked_about_at_once_in_each_new_world(admin: User) -> None:
    write_schedules()
    later = timezone.now() + timedelta(minutes=10)
    for change in (
        partial(demo_data.start_demo, admin.pk),
        partial(demo_data.start_demo, admin.pk),
        demo_data.clear_demo,
    ):
        Schedule.objects.filter(name=LOGINS).update(next_run=later)
        change()
        assert Schedule.objects.get(name=LOGINS).next_run < later


def test_real_repositories_are_never_cleared_away(admin: User) -> None:
    watched(admin, "web", ["all"], demo=False)
    assert demo_data.holds_real_repositories()
    assert demo_data.clear_demo() == []
    assert Repository.objects.count() == Subscription.objects.count() == 1


def test_a_real_repository_beside_a_demo_s_stays_when_the_demo_goes(admin: User) -> None:
    demo_data.start_demo(admin.pk)
    watched(admin, "web", ["all"])
    Team.objects.create(name="acme/ui", demo=True)
    # The web alone, with real settings: somebody subscribes before any worker has started.
    real = watched(admin, "web", ["author"], demo=False)
    Team.objects.create(name="corp/ui")
    assert demo_data.clear_demo() == [Watch(admin.pk, "acme/web", ("all",))]
    assert Repository.objects.get() == real == Subscription.objects.get().repository
    assert Team.objects.get().name == "corp/ui"
    assert demo_data.clear_demo() == []
    assert Repository.objects.exists()


@pytest.mark.parametrize("demo", [True, False])
def test_in_a_demo_only_the_demo_is_seen_and_looked_at_and_else_all_but_it(admin: User, settings, demo: bool) -> None:
    rows = {there: watched(admin, "web", ["all"], demo=there) for there in (True, False)}
    settings.DEMO = demo
    assert queries.repository_for(admin, "acme", "web") == rows[demo]
    assert [row.pk for row in queries.repositories_for(admin)] == [rows[demo].pk]
    assert queries.watchers_of([row.pk for row in rows.values()]) == {(admin.pk, rows[demo].pk)}
    assert list(leases.watched_repositories()) == [rows[demo]]


def test_a_database_of_an_earlier_demo_is_marked(admin: User) -> None:
    migration = import_module("monitor.migrations.0008_demo_rows")
    demo_data.start_demo(admin.pk)
    for name in ("web", "api"):
        watched(admin, name, ["all"])
    real = Repository.objects.create(node_id="R_real", full_name="corp/app", url="https://github.com/corp/app")
    Team.objects.create(name="corp/ui")
    Repository.objects.update(demo=False)
    migration.mark(apps, None)
    assert set(Repository.objects.filter(demo=False)) == {real}
    assert Team.objects.get().demo is False
    real.delete()
    migration.mark(apps, None)
    assert Team.objects.get().demo is True


def test_the_demo_hides_every_other_setting_about_github(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLLING_INTERVAL_SECONDS", "")
    given = demo_mode.environment(4711)
    assert given["GITHUB_TOKEN"] == "demo"
    assert given["GITHUB_API_URL"] == "http://127.0.0.1:4711"
    assert given["GITHUB_TOKEN_FILE"] == given["GITHUB_APP_ID"] == given["GITHUB_APP_PRIVATE_KEY_FILE"] == ""
    assert given["POLLING_INTERVAL_SECONDS"] == "10"
    monkeypatch.setenv("POLLING_INTERVAL_SECONDS", "25")
    assert demo_mode.environment(4711)["POLLING_INTERVAL_SECONDS"] == "25"
