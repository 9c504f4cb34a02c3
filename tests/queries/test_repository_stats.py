"""The stats of many users at once are those of each alone, and cost no more than their repositories have rows."""

from collections.abc import Callable
from random import Random

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection

from monitor import queries
from monitor.live import feed_queries
from monitor.models import Repository, Subscription, Team
from monitor.recording.recorder import record
from tests.builders import asked, at, repository, snapshot, user

pytestmark = pytest.mark.django_db
TEAMS = ["acme/web", "acme/infra"]


def fill(repo: Repository, names: list[str], count: int, chance: Random) -> None:
    """Records pull requests that ask, and are assigned to, some of `names`: often one person under several names."""
    looks = [
        snapshot(
            number,
            node_id=f"PR_{repo.pk}_{number}",
            draft=chance.random() < 0.2,
            state=chance.choice(["open", "open", "open", "closed"]),
            assignees=tuple(chance.sample(names, 1)),
            review_requests=tuple(asked(name) for name in [*chance.sample(names, 2), *chance.sample(TEAMS, 2)]),
        )
        for number in range(1, count + 1)
    ]
    record(repo, looks, now=at(1), first_look=True)


@pytest.mark.parametrize(("people", "repositories"), [(3, 5), (5, 2)])
def test_many_at_once_are_counted_as_each_alone(people, repositories):
    chance = Random(people)
    readers = [user(f"u{number}") for number in range(people)] + [user("unknown", login=None)]
    names = [f"u{number}" for number in range(people)]
    for name in TEAMS:
        Team.objects.create(name=name, members_known=True).set_members(chance.sample(names, 2))
    repos = [repository(f"acme/r{number}") for number in range(repositories)]
    for repo in repos:
        fill(repo, names, 8, chance)
    pairs = {(who.pk, repo.pk) for who in readers for repo in repos if chance.random() < 0.8}
    counted = queries.stats_of_pairs(pairs)
    assert counted.keys() == pairs
    assert counted == {(who, repo): stats_by_searches(who, repo) for who, repo in pairs}
    assert queries.stats_of_pairs(set()) == {}


def stats_by_searches(who: int, repo: int) -> dict[str, int]:
    """The four stats, counted by searches."""
    person, place = User.objects.get(pk=who), Repository.objects.get(pk=repo)

    def found(q: str) -> set[int]:
        return set(queries.search_for(person, repository=place, q=f"is:open {q}").keys())

    return {
        "total_open_prs": len(found("")),
        "assigned_to_user": len(found("assignee:@me")),
        "review_requests": len(found("review-requested:@me") | found("team-review-requested:@me")),
        "needs_review": len(found("-is:draft review:none review:waiting")),  # nobody here is a bot
    }


def test_who_watches_what_follows_access():
    people = [user("member"), user("outsider"), user("lead", is_staff=True), user("gone", is_active=False)]
    insiders = Group.objects.create(name="insiders")
    people[0].groups.add(insiders)
    repos = [repository("acme/web"), repository("acme/shared", private=True), repository("acme/secret", private=True)]
    repos[1].shared_with.add(insiders)
    for who in people:
        Subscription.objects.bulk_create(Subscription(user=who, repository=repo) for repo in repos)
    expected = {(who.pk, repo.pk) for who in people for repo in queries.repositories_for(who)}
    assert len(expected) == 6
    assert queries.watchers_of([repo.pk for repo in repos]) == expected
    assert queries.watchers_of([repos[1].pk], [people[1].pk, people[2].pk]) == {(people[2].pk, repos[1].pk)}


def database_steps(act: Callable[[], object]) -> int:
    """How many tens of steps SQLite takes for the statements of `act`."""
    connection.ensure_connection()
    taken = [0]

    def step() -> int:
        taken[0] += 1
        return 0

    connection.connection.set_progress_handler(step, 10)
    try:
        act()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return taken[0]


def test_a_change_in_one_repository_costs_what_is_in_it_however_much_its_readers_have_elsewhere():
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite tells how much it has to do")
    chance = Random(1)
    readers = [user(f"u{number}") for number in range(20)]
    names = [f"u{number}" for number in range(20)]
    changed = repository("acme/changed")
    fill(changed, names, 10, chance)
    Subscription.objects.bulk_create(Subscription(user=who, repository=changed) for who in readers)
    listening = [who.pk for who in readers]
    before = database_steps(lambda: feed_queries.stats_for_listeners([changed.pk], listening))
    for number in range(10):
        other = repository(f"acme/other{number}")
        fill(other, names, 20, chance)
        Subscription.objects.bulk_create(Subscription(user=who, repository=other) for who in readers)
    after = database_steps(lambda: feed_queries.stats_for_listeners([changed.pk], listening))
    assert 0 < after < before * 1.2
