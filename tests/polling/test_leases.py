"""Leases: no two workers look at one repository, a dead worker's lease ends, requested looks are kept."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from monitor.models import Repository, Subscription
from monitor.polling.pacing import leases

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def repositories() -> list[Repository]:
    user = get_user_model().objects.create(username="lead")
    due = timezone.now() - SECOND
    rows = [Repository.objects.create(node_id=f"R_{n}", full_name=f"acme/r{n}", next_poll_at=due) for n in range(4)]
    Subscription.objects.bulk_create(Subscription(user=user, repository=row, filters=["all"]) for row in rows)
    return rows


def pks(rows) -> list[int]:
    return [row.pk for row in rows]


def test_of_two_claims_the_second_gets_the_rest(repositories) -> None:
    now = timezone.now()
    first = leases.claim_repositories(pks(repositories[:3]), now)
    second = leases.claim_repositories(pks(repositories), now)
    assert pks(first.repositories) == pks(repositories[:3])
    assert pks(second.repositories) == pks(repositories[3:])
    assert not leases.due(now).exists()


def test_a_dead_workers_lease_runs_out_by_itself(repositories) -> None:
    now = timezone.now()
    dead = leases.claim_repositories(pks(repositories), now)
    assert leases.next_due_at(now) == dead.until
    later = dead.until + SECOND
    assert leases.due(later).count() == 4
    heir = leases.claim_repositories(pks(repositories), later)
    assert len(heir.repositories) == 4
    dead.give_back({row.pk: {"next_poll_at": later + timedelta(days=9)} for row in repositories})
    assert not dead.still_holds(repositories[0])
    assert heir.still_holds(repositories[0])
    assert not Repository.objects.filter(next_poll_at__gt=later + timedelta(days=1)).exists()


def test_the_outcomes_of_a_batch_are_one_update(repositories, django_assert_num_queries) -> None:
    now = timezone.now()
    lease = leases.claim_repositories(pks(repositories), now)
    outcome = {"status": "ok", "last_polled_at": now, "next_poll_at": now + 60 * SECOND}
    with django_assert_num_queries(1):
        lease.give_back({row.pk: dict(outcome) for row in repositories})
    assert set(Repository.objects.values_list("lease", "lease_until", "status")) == {("", None, "ok")}


def test_a_look_requested_during_a_look_is_kept(repositories) -> None:
    now = timezone.now()
    lease = leases.claim_repositories(pks(repositories), now)
    Repository.objects.filter(pk=repositories[0].pk).update(next_poll_at=now)
    lease.give_back({row.pk: {"next_poll_at": now + 60 * SECOND} for row in repositories})
    assert pks(leases.due(timezone.now())) == [repositories[0].pk]


def test_paused_and_leased_ones_are_not_due(repositories) -> None:
    now = timezone.now()
    Repository.objects.filter(pk=repositories[0].pk).update(paused=True)
    Repository.objects.filter(pk=repositories[1].pk).update(lease="x", lease_until=now + 50 * SECOND)
    assert pks(leases.due(now).order_by("pk")) == pks(repositories[2:])


def test_what_nobody_watches_is_not_due(repositories) -> None:
    Subscription.objects.filter(repository=repositories[0]).delete()
    assert leases.due(timezone.now()).count() == 3


def test_a_clock_that_is_set_back_eight_hours_stops_nobody(repositories) -> None:
    ahead = timezone.now() + timedelta(hours=8)
    Repository.objects.update(
        next_poll_at=ahead, last_tried_at=ahead, last_polled_at=ahead, lease="dead", lease_until=ahead
    )
    now = timezone.now()
    assert leases.due(now).count() == 4
    assert len(leases.claim_repositories(pks(repositories), now).repositories) == 4
