"""Filters, frames, stats, lists and `mine` agree about random pull requests."""

import json
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from django.contrib.auth.models import Group, User

from monitor import queries
from monitor.models import Event, PullRequest, Repository, Snooze, Subscription, Team
from monitor.recording.recorder import record
from tests.builders import repository, user
from tests.rules.search.random_pull_requests import BOTS, NOW, PEOPLE, TEAMS, pull_request

pytestmark = pytest.mark.django_db
# What each filter lets through: what searches find, and pull requests on which one has the turn of this side.
SEARCHES = {
    "all": [""],
    "author": ["author:@me"],
    "assigned": ["assignee:@me"],
    "review_requested": ["review-requested:@me", "team-review-requested:@me"],
    "user_review_requested": ["user-review-requested:@me"],
    "code_owner": ["owner:@me"],
}
TURNS = {"author": "author", "assigned": "author", "review_requested": "reviewer"}
ROLES = {
    "author": "author:@me",
    "assigned": "assignee:@me",
    "review_requested": "review-requested:@me",
    "team_requested": "team-review-requested:@me",
    "code_owner": "owner:@me",
    "reviewed": "reviewed-by:@me",
}


class RandomWorld:
    """Repositories, people with random filters, and pull requests that change."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.repositories = [repository(f"acme/r{number}", private=number % 3 == 0) for number in range(6)]
        self.people = [user(name.lower(), login=name) for name in PEOPLE]
        self.people += [user("lead", login="lark", is_staff=True), user("stranger", login=None)]
        for team in TEAMS:
            Team.objects.create(name=team, members_known=True).set_members(self.random.sample(PEOPLE, 2))
        insiders = Group.objects.create(name="insiders")
        self.people[0].groups.add(insiders)
        self.repositories[3].shared_with.add(insiders)
        for person in self.people:
            for repo in self.repositories:
                if self.random.random() < 0.7:
                    filters = self.random.sample(list(SEARCHES), self.random.randint(1, 3))
                    Subscription.objects.create(user=person, repository=repo, filters=filters)
        self.serial = 0

    def change(self, repo: Repository) -> list[int]:
        """Records new pull requests of a repository, and changes of known ones; returns the ids of the events."""
        known = list(PullRequest.objects.filter(repository=repo).values_list("node_id", "number", "updated_at"))
        snapshots = []
        for node_id, number, updated_at in self.random.sample(known, min(2, len(known))):
            again = pull_request(self.random, number)
            snapshots.append(replace(again, node_id=node_id, updated_at=max(updated_at, again.updated_at)))
        for _ in range(2):
            self.serial += 1
            snapshots.append(replace(pull_request(self.random, self.serial), node_id=f"PR_{self.serial}"))
        return record(repo, snapshots, now=NOW)


def found(person: User, q: str, repo: Repository | None = None) -> set[int]:
    state = "all" if repo else None
    return set(queries.search_for(person, repository=repo, state=state, q=q).keys())


def let_through(person: User, repo: Repository) -> set[int]:
    """The pull requests of a repository that the person's filters let through, found by searches and documents."""
    subscription = Subscription.objects.filter(user=person, repository=repo).first()
    if subscription is None or repo not in queries.repositories_for(person):
        return set()
    searched = [found(person, q, repo) for name in subscription.filters for q in SEARCHES[name]]
    turns = [with_turn(person, repo, TURNS[name]) for name in subscription.filters if name in TURNS]
    return set().union(*searched, *turns)


def with_turn(person: User, repo: Repository, side: str) -> set[int]:
    """The pull requests of a repository on which it is the person's turn, as author or as reviewer.

    No search tells the two apart: an assigned person has the author's turn on the pull request of a bot.
    """
    login = queries.viewer_for(person).login
    documents = {row.pk: json.loads(row.document) for row in PullRequest.objects.filter(repository=repo)}
    return {
        pk
        for pk, document in documents.items()
        if login and any((turn["login"] or "").lower() == login and turn["as"] == side for turn in document["turn"])
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_frames_go_to_those_whose_filters_find_it_before_or_after(seed):
    world = RandomWorld(seed)
    heard, unheard = 0, 0
    for repo in world.repositories * 3:
        before = {person.pk: let_through(person, repo) for person in world.people}
        ids = world.change(repo)
        events = list(Event.objects.filter(id__in=ids))
        audience = queries.audience_of(events)
        for person in world.people:
            wanted = before[person.pk] | let_through(person, repo)
            for event in events:
                assert (person.pk in audience[event.id]) == (event.pull_request_id in wanted), (person, event)
                heard += person.pk in audience[event.id]
                unheard += person.pk not in audience[event.id]
    assert heard > 25
    assert unheard > 25


@pytest.mark.parametrize("seed", [3, pytest.param(4, marks=pytest.mark.slow)])
def test_numbers_lists_and_what_is_mine_agree(seed):
    world = RandomWorld(seed)
    for repo in world.repositories * 3:
        world.change(repo)
    roles: Counter[str] = Counter()
    for person in world.people:
        rows = list(PullRequest.objects.filter(repository__in=queries.repositories_for(person)))
        for row in world.random.sample(rows, min(5, len(rows))):
            Snooze.objects.create(user=person, pull_request=row)
        for repo in queries.repositories_for(person):
            compare_stats(person, repo)
        mine = queries.mine_for(person, {row.pk: row.document for row in rows})
        for role, q in ROLES.items():
            assert found(person, f"is:open is:closed is:merged {q}") == {
                pk for pk, one in mine.items() if role in one["roles"]
            }
            roles[role] += sum(role in one["roles"] for one in mine.values())
        everything = "is:open is:closed is:merged"
        assert found(person, f"{everything} turn:me") == {pk for pk, one in mine.items() if one["turn"]}
        assert found(person, f"{everything} snoozed:true") == {pk for pk, one in mine.items() if one["snoozed"]}
        assert found(person, f"{everything} involves:@me") == {pk for pk, one in mine.items() if one["roles"]}
    assert all(roles[role] for role in ROLES)


def compare_stats(person: User, repo: Repository) -> None:
    """The four stats of a repository are the lengths of four lists."""
    by_people = " ".join(f"-author:{name}" for name in BOTS)
    undecided = f"is:open -is:draft {by_people} review:none review:waiting"
    asked = found(person, "is:open review-requested:@me", repo) | found(
        person, "is:open team-review-requested:@me", repo
    )
    assert queries.stats_for(person, [repo.pk])[repo.pk] == {
        "total_open_prs": len(found(person, "is:open", repo)),
        "assigned_to_user": len(found(person, "is:open assignee:@me", repo)),
        "review_requests": len(asked),
        "needs_review": len(found(person, undecided, repo)),
    }
