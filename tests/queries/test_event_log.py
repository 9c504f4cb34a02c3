"""The event log of one user has everything that concerns them, and costs little however much concerns others."""

from random import Random

import pytest

from monitor import queries
from monitor.models import Event, EventSequence, PullRequest, Repository, Subscription, Team
from monitor.queries import event_log as log
from monitor.recording.recorder import record
from tests.builders import at, repository, snapshot, user

pytestmark = pytest.mark.django_db
DEFAULT = ["author", "assigned", "review_requested", "code_owner"]
# Names that contain each other, and names that databases write differently in JSON than Python does.
NAMES = ["wren", "wre", "renée", 'say "wren"', "w%n", "w_en", "back\\slash", "acme/wren"]


def write_events(repo: Repository, audiences: list[dict[str, list[str]]]) -> None:
    """Writes an event of one pull request for each of these audiences."""
    record(repo, [snapshot(repo.pk, node_id=f"PR_{repo.pk}")], now=at(1), first_look=True)
    row = PullRequest.objects.get(repository=repo)
    head = queries.latest_event_id()
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


def read_all(who, limit: int) -> list[int]:
    """Reads all events of a user, page by page; returns their ids."""
    found, cursor, more = [], 0, True
    while more:
        page = queries.events_for(who, cursor, limit)
        assert len(page.items) <= limit
        assert page.cursor > cursor or not page.has_more
        found += [event.id for event in page.items]
        cursor, more = page.cursor, page.has_more
    assert cursor == queries.latest_event_id()
    return found


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_pages_hold_exactly_what_the_audience_says(seed, monkeypatch):
    monkeypatch.setattr(log, "MAX_EVENTS_READ", 40)
    monkeypatch.setattr(log, "BATCH_SIZE", 7)
    monkeypatch.setattr(log, "PASS_SIZE", 11)
    chance = Random(seed)
    people = [user(f"u{number}", login=name) for number, name in enumerate(NAMES)] + [user("nobody", login=None)]
    Team.objects.create(name="Acme/Wren", members_known=True).set_members(["wren", "renée"])
    roles = ["author", "assigned", "review_requested", "team_requested", "code_owner", "reviewed", "turn_reviewer"]
    for number in range(3):
        repo = repository(f"acme/r{number}", private=number == 2)
        for who in people:
            filters = chance.choice([["all"], DEFAULT, ["author"], ["review_requested", "all"]])
            Subscription.objects.create(user=who, repository=repo, filters=filters)
        write_events(repo, [{role: chance.sample(NAMES, 2) for role in chance.sample(roles, 2)} for _ in range(60)])
    events, head = list(Event.objects.order_by("id")), queries.latest_event_id()
    audience = queries.audience_of(events)
    for who in people:
        heard = [event.id for event in events if who.pk in audience[event.id]]
        assert read_all(who, 5) == heard
        for after in (170, 150):
            missed = [one for one in heard if one > after]
            assert queries.missed_by(who.pk, after, len(missed)) == queries.Missed(head, missed)
            assert not missed or queries.missed_by(who.pk, after, len(missed) - 1) == queries.Missed(head, resync=True)
    cursors = {(who.pk, chance.randint(0, 190)) for who in people for _ in range(3)}
    monkeypatch.setattr(log, "MAX_EVENTS_READ", 1000)
    assert queries.missed_by_each(cursors, 30) == {cursor: queries.missed_by(*cursor, 30) for cursor in cursors}
    assert 200 < sum(len(ids) for ids in audience.values()) < 1000


def test_what_others_hear_costs_no_statements(django_assert_max_num_queries):
    repo, wren = repository(), user("wren")
    Subscription.objects.create(user=wren, repository=repo, filters=DEFAULT)
    mine = {"author": ["wren"]}
    write_events(repo, [mine, *[{"author": ["heron"], "review_requested": ["finch"]}] * 5000, mine])
    with django_assert_max_num_queries(10):
        assert queries.missed_by(wren.pk, 0, 1000) == queries.Missed(5002, [1, 5002])
    with django_assert_max_num_queries(12):
        page = queries.events_for(wren, 0, 100)
    assert ([event.id for event in page.items], page.cursor, page.has_more) == ([1, 5002], 5002, False)


def test_too_much_to_look_at_counts_as_too_much_missed(monkeypatch):
    monkeypatch.setattr(log, "MAX_EVENTS_READ", 50)
    repo, elsewhere, wren = repository(), repository("acme/elsewhere"), user("wren")
    Subscription.objects.create(user=wren, repository=repo, filters=DEFAULT)
    write_events(elsewhere, [{"author": ["wren"]}] * 200)
    write_events(repo, [{"author": ["heron"]}] * 50)
    assert not queries.missed_by(wren.pk, 0, 1000).resync  # what is not watched does not count
    write_events(repo, [{"author": ["wren"]}])
    assert queries.missed_by(wren.pk, 0, 1000).resync
    assert not queries.missed_by(wren.pk, 201, 1000).resync
    assert read_all(wren, 100) == [251]
