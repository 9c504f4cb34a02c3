"""Random activity is polled over HTTP; every stored role, turn, owner, stat and count equals the reference rules'."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from monitor import queries, tasks
from monitor.actions import claims
from monitor.actions.saved_views import BUILT_IN, counts_of
from monitor.demo.world.objects import PullRequest as Pull
from monitor.github import identities
from monitor.github.identities import client_for
from monitor.models import Claim, Involvement, Person, PullRequest, Repository, ReviewRequest, Subscription
from monitor.polling import rounds
from monitor.rules.snapshot import isoformat
from tests.demo_github import DemoGitHub
from tests.rules.random_story import RandomStory
from tests.rules.reference_rules import ExpectedTurn, ReferencePullRequest, login, members, name, stats

SIZES = [
    pytest.param(1, 6, 8, 50, id="small"),
    pytest.param(2, 4, 5, 100, id="crowded", marks=pytest.mark.slow),
    pytest.param(
        3, 50, 20, 500, id="fifty repositories, twenty people", marks=[pytest.mark.slow, pytest.mark.timeout(600)]
    ),
    pytest.param(4, 8, 10, 500, id="five hundred events on eight", marks=[pytest.mark.slow, pytest.mark.timeout(600)]),
]


@pytest.fixture
def use_clock_of(monkeypatch: pytest.MonkeyPatch):
    """Makes Django's clock that of the story."""
    return lambda story: monkeypatch.setattr("django.utils.timezone.now", story.clock)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("seed", "repositories", "people", "events"), SIZES)
def test_what_is_stored_is_what_the_rules_say(
    seed: int, repositories: int, people: int, events: int, settings, use_clock_of
) -> None:
    story = RandomStory(seed, repositories, people)
    use_clock_of(story)
    with DemoGitHub(story.world, viewer="person0") as github:
        settings.GITHUB_API_URL, settings.GITHUB_TOKEN = github.url, "demo"
        identities.forget_identities()
        users = subscribe_everybody(story)
        poll_everything()
        said: set[str] = set()
        for number in range(1, events + 1):
            story.step()
            if number % 9 == 0:
                poll_everything()
            if number % 23 == 0:
                claim(story, users)
            if number % (events // 4) == 0:
                finish_periodic_refreshes(story)
                said |= check(story, users)
    assert len(said) >= 8, f"a story that shows only {said} proves little"


def finish_periodic_refreshes(story: RandomStory) -> None:
    """Moves the clock until every periodic refresh has run, twice: the second completes what the first one found."""
    for _ in range(2):
        story.clock.move(3 * 3600)
        tasks.teams()
        poll_everything()


def subscribe_everybody(story: RandomStory) -> dict[str, User]:
    """Subscribes everybody to every repository."""
    for home in story.homes:
        found = client_for("acme").resolve([home.name_with_owner]).found[home.name_with_owner.lower()]
        Repository.objects.create(node_id=found.node_id, full_name=found.full_name)
    users = {who: User.objects.create(username=who, is_staff=True) for who in story.people}
    Person.objects.bulk_create(
        Person(user=user, github_login=who, github_login_confirmed=is_confirmed(who)) for who, user in users.items()
    )
    rows = Repository.objects.all()
    Subscription.objects.bulk_create(Subscription(user=user, repository=row) for row in rows for user in users.values())
    return users


def is_confirmed(who: str) -> bool:
    """Whether this person's login is confirmed: about three of four are."""
    return not who.endswith(("1", "5", "9"))


def poll_everything() -> None:
    """Polls every repository, and what follows from it, until nothing is due."""
    Repository.objects.update(next_poll_at=isoformat(tasks.timezone.now()))
    tasks.poll()
    while rounds.run_due():
        pass


def claim(story: RandomStory, users: dict[str, User]) -> None:
    """Makes a random person claim a random pull request, if that is allowed."""
    row = story.random.choice(PullRequest.objects.filter(state="open", draft=False).order_by("pk"))
    try:
        claims.claim(users[story.random.choice(story.people)], row)
    except claims.ClaimRefused:
        return


# What is compared


def check(story: RandomStory, users: dict[str, User]) -> set[str]:
    """Compares everything that is stored; returns the codes of the turns that occurred."""
    cases = {pull.id: reference_for(story, pull) for home in story.homes for pull in home.pulls.values()}
    rows = {row.node_id: row for row in PullRequest.objects.all()}
    assert {node_id for node_id, case in cases.items() if case.pull.state == "OPEN"} <= rows.keys() <= cases.keys()
    known = [case for node_id, case in cases.items() if node_id in rows]
    for case in known:
        compare_pull_request(case, rows[case.pull.id])
    ids = {row.node_id: row.pk for row in Repository.objects.all()}
    for who, user in users.items():
        told = queries.stats_for(user, list(ids.values()))
        assert {home.name: told[ids[home.id]] for home in story.homes} == {
            home.name: stats(home, known, who, story.world) for home in story.homes
        }
        assert dict(zip([view.name for view in BUILT_IN], counts_of(user, BUILT_IN), strict=True)) == counts(
            known, who, story
        )
    return {turn.code for case in known for turn in case.turns()}


def reference_for(story: RandomStory, pull: Pull) -> ReferencePullRequest:
    claimant = claimant_of(story, pull.id)
    return ReferencePullRequest(story.world, pull, claimant, confirmed=claimant is not None and is_confirmed(claimant))


def claimant_of(story: RandomStory, node_id: str) -> str | None:
    claim = Claim.objects.filter(pull_request__node_id=node_id).first()
    if claim is None or claim.until <= story.clock():
        return None
    pull = story.world.nodes[node_id]
    done = any(login(one.author) == claim.login and one.submitted_at >= claim.since for one in pull.reviews)
    return None if done or pull.state != "OPEN" else claim.login


def compare_pull_request(case: ReferencePullRequest, row: PullRequest) -> None:
    document, slug = json.loads(row.document), case.pull.slug
    assert f"{document['repository']}#{document['number']}" == slug
    assert row.state == case.pull.state.lower()
    if case.pull.state == "OPEN":
        owners = [(one["owner"], one["rule"], one["line"], one["paths_total"]) for one in document["code_owners"]]
        assert owners == case.code_owners(), slug
    assert (document["claimed"] or {}).get("login") == case.claimant, slug
    turns = case.turns()
    assert (document["decision"] or "").upper() == (case.decision or ""), slug
    assert (document["waits_for"] is not None) == (case.pull.state == "OPEN" and not turns), slug
    if case.pull.state == "OPEN":
        assert case.rests in (None, document["waits_for"] and document["waits_for"]["code"]), slug
        assert document["stacked_on"] == case.stacked_on, slug
        assert (document["merge_queue"] is None) == (case.pull.merge_queue_entry is None), slug
        assert (document["auto_merge"] is None) == (case.pull.auto_merge_request is None), slug
    assert [
        (one["login"], one["team"], one["as"], one["code"], one["reason"])
        for one in sorted(document["turn"], key=sort_key)
    ] == [(one.login, one.team, one.side, one.code, one.reason) for one in sorted(turns, key=sort_key)], slug
    for stored, said in zip(sorted(document["turn"], key=sort_key), sorted(turns, key=sort_key), strict=True):
        assert said.since is None or stored["since"] == isoformat(said.since), f"{slug}: {stored['reason']}"
    index = {(one.role, one.name) for one in Involvement.objects.filter(pull_request=row)}
    roles = {(role, who.lower()) for role, who in case.roles()}
    turn = {(f"turn_{one.side}", one.login) for one in turns}
    if case.pull.state == "OPEN":
        assert index == roles | turn, slug
    assert row.review_state == case.verdict, slug
    compare_ledger(case, row)


def compare_ledger(case: ReferencePullRequest, row: PullRequest) -> None:
    """The open entries are the requests that GitHub lists, except those that a claim, a member or enough approvals end."""
    entries = list(ReviewRequest.objects.filter(pull_request=row))
    waiting = {entry.name for entry in entries if entry.settled in (None, "taken") and entry.name in case.asked}
    assert waiting == (case.waiting if case.pull.state == "OPEN" else waiting)
    for entry in entries:
        if entry.settled is None:
            assert case.pull.state == "OPEN"
            assert entry.name in case.asked
            since = next(case.asked_since(one) for one in case.pending if name(one.reviewer) == entry.name)
            assert since is None or entry.asked_at == since
        else:
            assert entry.settled_at is not None
            assert entry.settled_at >= entry.asked_at


def sort_key(one: dict[str, str] | ExpectedTurn) -> tuple[str, str, str]:
    if isinstance(one, ExpectedTurn):
        return one.side, one.code, one.login or ""
    return one["as"], one["code"], one["login"] or ""


def counts(cases: list[ReferencePullRequest], who: str, story: RandomStory) -> dict[str, int]:
    """How many pull requests each built-in view should show."""
    mine = {who, *(team.combined_slug for team in story.world.teams.values() if who in members(team))}
    open_ = [case for case in cases if case.pull.state == "OPEN"]
    merged = [case for case in cases if case.pull.state == "MERGED"]
    recent = story.clock().date() - timedelta(days=14)
    return {
        "Waiting on me": sum(
            not case.is_bots_alone and any(one.login == who for one in case.turns()) for case in open_
        ),
        "Mine": sum(case.author == who for case in open_),
        "Team": sum(bool(case.asked & mine - {who}) for case in open_),
        "Code I own": sum(
            any(role == "code_owner" and named in mine for role, named in case.roles()) for case in open_
        ),
        "Bots": sum(case.is_bots_alone for case in open_),
        "Snoozed": 0,
        "Recently merged": sum(case.pull.updated_at.date() >= recent and involved(case, who, mine) for case in merged),
    }


def involved(case: ReferencePullRequest, who: str, mine: set[str]) -> bool:
    """Whether a closed pull request concerns the person; its owners stay those that it had when it was last open."""
    roles = {(role, named) for role, named in case.roles() if role != "code_owner"}
    rows = Involvement.objects.filter(pull_request__node_id=case.pull.id, role="code_owner")
    roles |= set(rows.values_list("role", "name"))
    return any(named == who or (named in mine and role in ("team_requested", "code_owner")) for role, named in roles)
