"""What a user may see and hear of: everything else is treated as if it did not exist."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from monitor import queries
from monitor.models import Event, EventSequence, PullRequest, Subscription, Team
from monitor.recording.recorder import record
from tests.builders import asked, at, repository, snapshot, user

pytestmark = pytest.mark.django_db
ALL = ["all"]
DEFAULT = ["author", "assigned", "review_requested", "code_owner"]


def team(name: str, *logins: str) -> Team:
    made = Team.objects.create(name=name, members_known=True)
    made.set_members(logins)
    return made


def test_who_may_see_a_private_repository():
    hidden, public = repository("acme/secret", private=True), repository("acme/web")
    group = Group.objects.create(name="insiders")
    hidden.shared_with.add(group)
    insider, outsider, lead, gone = user("in"), user("out"), user("lead", is_staff=True), user("gone", is_active=False)
    insider.groups.add(group)
    seen = {name: set(queries.visible_to(who)) for name, who in [("in", insider), ("out", outsider), ("lead", lead)]}
    assert seen == {"in": {hidden, public}, "out": {public}, "lead": {hidden, public}}
    assert not queries.visible_to(gone).exists()
    assert not queries.visible_to(AnonymousUser()).exists()


def test_unknown_and_hidden_repositories_are_told_apart_by_nothing():
    repository("acme/secret", private=True)
    outsider = user("out")
    messages = set()
    for name in ("secret", "nonsense"):
        with pytest.raises(queries.RepositoryNotFound) as error:
            queries.repository_for(outsider, "acme", name)
        messages.add(str(error.value).replace(name, "…"))
    assert messages == {'repository "acme/…" was not found, or neither the token nor you may read it'}


def test_names_are_found_regardless_of_case():
    repo = repository("Acme/Web")
    assert queries.repository_for(user(), "aCME", "wEB") == repo


def test_of_two_repositories_with_one_name_the_living_is_meant():
    repository("acme/web", status="inaccessible")
    living = repository("acme/web")
    repository("acme/web", status="inaccessible")
    assert queries.repository_for(user(), "acme", "web") == living


def test_the_audience_follows_filters_roles_teams_and_access():
    public, hidden = repository("acme/web"), repository("acme/secret", private=True)
    team("acme/platform", "finch")
    heron, wren, finch, lark, lead = (
        user("heron"),
        user("wren"),
        user("finch"),
        user("lark"),
        user("lead", is_staff=True),
    )
    stranger = user("plover", login=None)
    for who, filters in [
        (heron, DEFAULT),
        (wren, ["assigned"]),
        (finch, ["review_requested"]),
        (lark, ALL),
        (stranger, ALL),
    ]:
        Subscription.objects.create(user=who, repository=public, filters=filters)
    for who in (heron, lead):
        Subscription.objects.create(user=who, repository=hidden, filters=ALL)
    record(public, [snapshot(1, review_requests=(asked("wren"), asked("Acme/Platform")))], now=at(1))
    record(hidden, [snapshot(2)], now=at(1))
    first, second = Event.objects.order_by("id")
    heard = queries.audience_of([first, second])
    assert heard == {first.id: {heron.pk, finch.pk, lark.pk, stranger.pk}, second.id: {lead.pk}}
    assert queries.audience_of([first, second], [lark.pk]) == {first.id: {lark.pk}, second.id: set()}


def test_an_audience_costs_the_same_queries_for_one_and_for_many(django_assert_max_num_queries):
    repos = [repository(f"acme/r{number}", private=number % 2 == 0) for number in range(6)]
    people = [user(f"u{number}") for number in range(8)]
    for repo in repos:
        for who in people:
            Subscription.objects.create(user=who, repository=repo, filters=DEFAULT)
        record(repo, [snapshot(repo.pk, author="u1"), snapshot(repo.pk + 100, author="u2")], now=at(1))
    events = list(Event.objects.all())
    assert len(events) == 12
    with django_assert_max_num_queries(6):
        queries.audience_of(events)


def test_stats_differ_by_login():
    repo = repository()
    team("acme/platform", "wren", "finch")
    record(
        repo,
        [
            snapshot(1, assignees=("wren",), review_requests=(asked("wren"), asked("acme/platform"))),
            snapshot(2, review_requests=(asked("acme/platform"),)),
            snapshot(3, draft=True, assignees=("Finch",)),
            snapshot(4, author="renovate", author_is_bot=True),
            snapshot(5, state="merged", assignees=("wren",)),
        ],
        now=at(1),
        first_look=True,
    )
    wren, finch, nobody = user("wren"), user("finch"), user("nobody", login=None)
    assert queries.stats_for(wren, [repo.pk]) == {
        repo.pk: {"total_open_prs": 4, "assigned_to_user": 1, "review_requests": 2, "needs_review": 2}
    }
    assert queries.stats_for(finch, [repo.pk])[repo.pk]["assigned_to_user"] == 1
    assert queries.stats_for(finch, [repo.pk])[repo.pk]["review_requests"] == 2
    assert queries.stats_for(nobody, [repo.pk])[repo.pk] == {
        "total_open_prs": 4, "assigned_to_user": 0, "review_requests": 0, "needs_review": 2,
    }  # fmt: skip


def test_a_login_that_looks_like_a_team_or_the_other_way_round_counts_nothing():
    repo = repository()
    record(repo, [snapshot(review_requests=(asked("acme/platform"),))], now=at(1))
    team("acme/other", "wren")
    assert queries.stats_for(user("wren"), [repo.pk])[repo.pk]["review_requests"] == 0


def test_stats_cost_the_same_queries_for_one_and_for_many(django_assert_max_num_queries):
    repos = [repository(f"acme/r{number}") for number in range(5)]
    people = [user(f"u{number}") for number in range(5)]
    for repo in repos:
        record(repo, [snapshot(repo.pk, assignees=("u1", "u2"))], now=at(1))
    with django_assert_max_num_queries(4):
        counted = queries.stats_of_pairs({(who.pk, repo.pk) for who in people for repo in repos})
    assert len(counted) == 25


def numbers_of(found: queries.PullRequestSearch) -> list[int]:
    return [row.number for row in found.page(0, 100, ("number",))]


def test_lists_are_newest_first_then_by_repository_and_number():
    web, api = repository("acme/web"), repository("acme/api")
    who = user()
    Subscription.objects.create(user=who, repository=web)
    Subscription.objects.create(user=who, repository=api)
    record(web, [snapshot(1, updated_at=at(1)), snapshot(3), snapshot(2)], now=at(9), first_look=True)
    record(api, [snapshot(4), snapshot(5, state="closed"), snapshot(6, state="merged")], now=at(9), first_look=True)
    assert numbers_of(queries.search_for(who)) == [1, 4, 2, 3]
    assert numbers_of(queries.search_for(who, state="closed")) == [5]
    assert numbers_of(queries.search_for(who, repository=api, state="all")) == [4, 5, 6]


def test_lists_show_only_what_one_subscribes_to_and_may_see():
    public, hidden, other = repository("acme/web"), repository("acme/secret", private=True), repository("acme/other")
    who = user()
    for repo in (public, hidden):
        Subscription.objects.create(user=who, repository=repo)
    for repo in (public, hidden, other):
        record(repo, [snapshot(repo.pk)], now=at(1))
    assert [row.repository for row in queries.search_for(who).page(0, 10, ("repository",))] == [public]


def test_mine_is_added_to_the_stored_text_without_reading_it():
    repo = repository()
    team("acme/platform", "wren", "finch")
    record(
        repo, [snapshot(author="wren", review_requests=(asked("acme/platform"),), title='A "quoted" title')], now=at(1)
    )
    row = PullRequest.objects.get()
    mine = queries.mine_of(user("wren"), row)
    assert mine == {"roles": ["author", "team_requested"], "turn": None, "snoozed": None}
    assert json.loads(queries.with_mine(row.document, mine)) == {**json.loads(row.document), "mine": mine}


def test_events_come_in_order_with_a_cursor_that_says_how_far_was_looked():
    repo, other = repository("acme/web"), repository("acme/other")
    who = user()
    Subscription.objects.create(user=who, repository=repo, filters=ALL)
    for number in range(1, 6):
        record(repo, [snapshot(number)], now=at(number))
        record(other, [snapshot(100 + number)], now=at(number))
    page = queries.events_for(who, 0, 3)
    assert ([event.id for event in page.items], page.cursor, page.has_more) == ([1, 3, 5], 6, True)
    rest = queries.events_for(who, page.cursor, 3)
    assert ([event.id for event in rest.items], rest.cursor, rest.has_more) == ([7, 9], 10, False)
    assert queries.events_for(who, 10, 3).items == []


def test_a_cursor_ahead_of_the_head_or_older_than_what_is_kept_must_start_anew():
    repo = repository()
    who = user()
    record(repo, [snapshot(1), snapshot(2)], now=at(1))
    EventSequence.objects.update(pruned=1)
    for after in (0, 3):
        with pytest.raises(queries.Resync) as error:
            queries.events_for(who, after, 10)
        assert error.value.cursor == 2
    assert queries.events_for(who, 1, 10).cursor == 2


@pytest.mark.parametrize("q", ["", "is:open", "change", "sort:created"])
def test_pages_cut_the_order_anywhere_also_between_equal_times(q: str) -> None:
    who = user()
    for name in ("acme/web", "acme/api", "Acme/docs"):
        home = repository(name)
        Subscription.objects.create(user=who, repository=home)
        rows = [
            snapshot(number, node_id=f"{name}{number}", updated_at=at(number % 3), created_at=at(-number % 2))
            for number in range(1, 8)
        ]
        record(home, rows, now=at(9), first_look=True)
    found = queries.search_for(who, q=q)
    whole = list(found.queryset().values_list("pk", flat=True))
    assert len(whole) == 21
    for start in range(0, 22, 3):
        for stop in (start + 1, start + 4, start + 30):
            rows, count = found.page_and_count(start, stop, ("number",))
            assert ([row.pk for row in rows], count) == (whole[start:stop], 21), (start, stop)
            assert found.keys(start, stop) == whole[start:stop]
            documents, count = found.documents_and_count(start, stop)
            assert (list(documents), count) == (whole[start:stop], 21)
            assert list(found.documents(start, stop).items()) == list(documents.items())
            assert all(json.loads(documents[row.pk])["number"] == row.number for row in rows)
