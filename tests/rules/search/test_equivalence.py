"""A search finds in the database exactly what `matches` accepts in memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.models import Event, Involvement, PullRequest, Snooze
from monitor.queries.search_conditions import _CONDITIONS, SearchContext, search_condition
from monitor.recording.recorder import record
from monitor.rules.roles import TurnRole
from monitor.rules.search import PullRequestFacts, SearchViewer, facts_of, matches, parse, stored_facts
from monitor.rules.search.matching import _TESTS
from monitor.rules.search.vocabulary import FIELDS, NUMBER, TITLE
from tests.builders import repository, user
from tests.hypothesis_profiles import some
from tests.rules.search.random_pull_requests import NOW, PEOPLE, REPOSITORIES, TEAMS, TERMS, pull_request, search

pytestmark = pytest.mark.django_db
TEAMS_OF = {"wren": ["acme/platform", "acme/web"], "plover": ["acme/web"]}
ROLES = {role for role, _ in Involvement.ROLES} - set(TurnRole)
SIZE = 40


def test_both_know_every_term():
    assert _TESTS.keys() == _CONDITIONS.keys() == (FIELDS.keys() - {"sort"}) | {TITLE, NUMBER}


@contextmanager
def undone() -> Iterator[None]:
    """Rolls back everything that the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


SNOOZES = (
    {"until": NOW},
    {"until": NOW.replace(year=2027)},
    {"until_event": "any_update"},
    {},
)


def make(random: Random, reader_id: int) -> dict[int, PullRequestFacts]:
    """Records random pull requests; returns the facts of each row, made from its document."""
    for name in REPOSITORIES:
        numbers = random.sample(range(1, 500), SIZE // len(REPOSITORIES))
        snapshots = [pull_request(random, number) for number in numbers]
        named = [replace(snapshot, node_id=f"{name}_{snapshot.number}") for snapshot in snapshots]
        record(repository(name), named, now=NOW, first_look=True)
    put_off = {}
    for row in PullRequest.objects.all():
        owners = random.sample(PEOPLE + TEAMS, random.randint(0, 2))
        Involvement.objects.bulk_create(
            [Involvement(pull_request=row, role="code_owner", name=owner.lower()) for owner in owners],
            ignore_conflicts=True,
        )
        put_off[row.pk] = random.choice((None, None, *SNOOZES))
    Snooze.objects.bulk_create(
        Snooze(user_id=reader_id, pull_request_id=pk, **how) for pk, how in put_off.items() if how is not None
    )
    return {row.pk: _facts(row, put_off[row.pk] not in (None, SNOOZES[0])) for row in PullRequest.objects.all()}


def _facts(row: PullRequest, snoozed: bool) -> PullRequestFacts:
    roles: dict[str, set[str]] = {}
    for role, who in row.involvements.filter(role__in=ROLES).values_list("role", "name"):
        roles.setdefault(role, set()).add(who)
    return facts_of(json.loads(row.document), roles, snoozed=snoozed)


@settings(
    max_examples=some(50, least=3),
    # Shrinking a world of forty costs minutes; the text of the search that differs says enough.
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(random=st.randoms(use_true_random=True), login=st.sampled_from(["wren", "plover"]))
def test_predicate_and_database_agree(random, login):
    with undone():
        me, stranger = user("reader", login=login), user("stranger", login=None)
        facts = make(random, me.pk)
        Snooze.objects.bulk_create(Snooze(user=stranger, pull_request_id=pk) for pk in facts)
        reader = SearchViewer(login, TEAMS_OF)
        told_apart = 0
        for text in [*TERMS, *(f"-{term}" for term in TERMS), *(search(random) for _ in range(100))]:
            query = parse(text, NOW)
            found = PullRequest.objects.filter(search_condition(query, SearchContext(me.pk, NOW, reader)))
            held = {pk for pk, one in facts.items() if matches(query, one, reader)}
            assert set(found.values_list("pk", flat=True)) == held, text
            told_apart += 0 < len(held) < len(facts)
        assert told_apart > len(TERMS)


@pytest.mark.parametrize("seed", range(3))
def test_each_event_keeps_what_a_search_needs(seed: int) -> None:
    random = Random(seed)
    record(repository("acme/web"), [pull_request(random, number) for number in range(1, 15)], now=NOW)
    events = Event.objects.select_related("pull_request", "repository")
    assert len(events) == 14
    for event in events:
        row = event.pull_request
        then = stored_facts(
            event.facts, repository="acme/web", number=row.number, title=event.title, turn=event.turn or []
        )
        assert then == _facts(row, snoozed=False)
