"""The two halves of the grammar say the same: what the predicate holds true of is what the database finds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from monitor.models import Involvement, PullRequest, Snooze, Team
from monitor.queries.searches import searched
from monitor.recording import record
from monitor.search import Facts, Reader, facts_of, matches, parse
from monitor.search.matching import _TESTS
from monitor.search.vocabulary import FIELDS, NUMBER, TITLE
from monitor.search_sql import _CONDITIONS, Asker
from tests.builders import repository, user
from tests.search.worlds import NOW, PEOPLE, REPOSITORIES, TEAMS, pull_requests, searches

pytestmark = pytest.mark.django_db
TEAMS_OF = {"wren": ["acme/platform", "acme/web"], "plover": ["acme/web"]}
ROLES = {str(role) for role, _ in Involvement.ROLES} - {Involvement.TURN_AUTHOR, Involvement.TURN_REVIEWER}


def test_both_know_every_term():
    assert _TESTS.keys() == _CONDITIONS.keys() == (FIELDS.keys() - {"sort"}) | {TITLE, NUMBER}


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@st.composite
def worlds(draw: st.DrawFn):
    """Pull requests with the repository of each, who owns their code, and how somebody put them off."""
    size = draw(st.integers(1, 6))
    put_off = st.sampled_from([None, None, "past", "future", "event", "muted"])
    owners = st.lists(st.sampled_from(PEOPLE + TEAMS), max_size=2, unique=True)
    return [
        (draw(pull_requests(number)), draw(st.sampled_from(REPOSITORIES)), draw(owners), draw(put_off))
        for number in range(1, size + 1)
    ]


SNOOZES = {
    "past": {"until": NOW},
    "future": {"until": NOW.replace(year=2027)},
    "event": {"until_event": "any_update"},
    "muted": {},
}


def make(world, reader_id: int) -> dict[int, Facts]:
    """Records a world; the facts of each row as a reader of documents would know them."""
    repositories = {name: repository(name) for name in REPOSITORIES}
    facts = {}
    for snapshot, name, owners, put_off in world:
        record(repositories[name], [snapshot], now=NOW, first_look=True)
        row = PullRequest.objects.get(node_id=snapshot.node_id)
        Involvement.objects.bulk_create(
            Involvement(pull_request=row, role="code_owner", name=owner.lower()) for owner in owners
        )
        if put_off:
            Snooze.objects.create(user_id=reader_id, pull_request=row, **SNOOZES[put_off])
        roles: dict[str, set[str]] = {}
        for role, who in row.involvements.filter(role__in=ROLES).values_list("role", "name"):
            roles.setdefault(role, set()).add(who)
        facts[row.pk] = facts_of(json.loads(row.document), roles, snoozed=put_off not in {None, "past"})
    return facts


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(), texts=st.lists(searches(), min_size=1, max_size=12), login=st.sampled_from(["wren", "finch", None]))
def test_predicate_and_database_agree(world, texts, login):
    with undone():
        me = user("reader", login=login)
        stranger = user("stranger", login=None)
        for team in TEAMS:
            Team.objects.create(name=team, members_known=True)
        facts = make(world, me.pk)
        for row in PullRequest.objects.all():
            Snooze.objects.create(user=stranger, pull_request=row)
        reader = Reader(login, TEAMS_OF)
        for text in texts:
            query = parse(text, NOW)
            note(text)
            found = searched(query, Asker(me.pk, NOW, reader), PullRequest.objects.all())
            held = {pk for pk, one in facts.items() if matches(query, one, reader)}
            assert set(found.values_list("pk", flat=True)) == held
            assert found.count() == len(held)
