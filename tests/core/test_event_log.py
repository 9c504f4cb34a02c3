"""Reading the log for one reader: everything that concerns them, and bounded work however much concerns others."""

from random import Random

import pytest

from monitor import queries
from monitor.models import Event, EventSequence, PullRequest, Repository, Subscription, Team
from monitor.queries import events as log
from monitor.recording import record
from tests.builders import at, repository, snapshot, user

pytestmark = pytest.mark.django_db
DEFAULT = ["author", "assigned", "review_requested", "code_owner"]
# Names within names, and ones that databases write down differently than Python does.
NAMES = ["wren", "wre", "renée", 'say "wren"', "w%n", "w_en", "back\\slash", "acme/wren"]


def write(repo: Repository, audiences: list[dict[str, list[str]]]) -> None:
    """Events of one pull request, for whom they are being said."""
    record(repo, [snapshot(repo.pk, node_id=f"PR_{repo.pk}")], now=at(1), first_look=True)
    row = PullRequest.objects.get(repository=repo)
    head = queries.head()
    Event.objects.bulk_create(
        Event(
            id=head + number,
            repository=repo,
            pull_request=row,
            update_type="updated",
            changes=[{"kind": "commented", "actor": "heron"}],
            audience=audience,
            at=at(1),
            occurred_at=at(1),
            title=row.title,
        )
        for number, audience in enumerate(audiences, 1)
    )
    EventSequence.objects.update(last=head + len(audiences))


def everything(who, limit: int) -> list[int]:
    """Page by page to the head."""
    found, cursor, more = [], 0, True
    while more:
        page = queries.events_for(who, cursor, limit)
        assert len(page.items) <= limit
        assert page.cursor > cursor or not page.has_more
        found += [event.id for event in page.items]
        cursor, more = page.cursor, page.has_more
    assert cursor == queries.head()
    return found


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_pages_hold_exactly_what_the_audience_says(seed, monkeypatch):
    monkeypatch.setattr(log, "LOOKED_AT_MOST", 40)
    monkeypatch.setattr(log, "LOOKED_AT_ONCE", 7)
    chance = Random(seed)
    people = [user(f"u{number}", login=name) for number, name in enumerate(NAMES)] + [user("nobody", login=None)]
    Team.objects.create(name="Acme/Wren", members_known=True).set_members(["wren", "renée"])
    roles = ["author", "assigned", "review_requested", "team_requested", "code_owner", "reviewed", "turn_reviewer"]
    for number in range(3):
        repo = repository(f"acme/r{number}", private=number == 2)
        for who in people:
            filters = chance.choice([["all"], DEFAULT, ["author"], ["review_requested", "all"]])
            Subscription.objects.create(user=who, repository=repo, filters=filters)
        write(repo, [{role: chance.sample(NAMES, 2) for role in chance.sample(roles, 2)} for _ in range(60)])
    events = list(Event.objects.order_by("id"))
    audience = queries.audience_of(events)
    for who in people:
        heard = [event.id for event in events if who.pk in audience[event.id]]
        assert everything(who, 5) == heard
        for after in (170, 150):
            missed = sum(one > after for one in heard)
            assert queries.missed_more_than(who, after, missed) is False
            assert missed == 0 or queries.missed_more_than(who, after, missed - 1) is True
    assert 200 < sum(len(ids) for ids in audience.values()) < 1000


def test_what_others_hear_costs_no_statements(django_assert_max_num_queries):
    repo, wren = repository(), user("wren")
    Subscription.objects.create(user=wren, repository=repo, filters=DEFAULT)
    mine = {"author": ["wren"]}
    write(repo, [mine, *[{"author": ["heron"], "review_requested": ["finch"]}] * 5000, mine])
    with django_assert_max_num_queries(10):
        assert queries.missed_more_than(wren, 0, 1000) is False
    with django_assert_max_num_queries(12):
        page = queries.events_for(wren, 0, 100)
    assert ([event.id for event in page.items], page.cursor, page.has_more) == ([1, 5002], 5002, False)


def test_too_much_to_look_at_counts_as_too_much_missed(monkeypatch):
    monkeypatch.setattr(log, "LOOKED_AT_MOST", 50)
    repo, elsewhere, wren = repository(), repository("acme/elsewhere"), user("wren")
    Subscription.objects.create(user=wren, repository=repo, filters=DEFAULT)
    write(elsewhere, [{"author": ["wren"]}] * 200)
    write(repo, [{"author": ["heron"]}] * 50)
    assert queries.missed_more_than(wren, 0, 1000) is False  # what is not watched does not count
    write(repo, [{"author": ["wren"]}])
    assert queries.missed_more_than(wren, 0, 1000) is True
    assert queries.missed_more_than(wren, 201, 1000) is False
    assert everything(wren, 100) == [251]
