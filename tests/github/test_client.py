"""The client against the demo GitHub over HTTP: every query, and how answers mark missing and refused parts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.demo.server.http import Response
from monitor.demo.world.objects import ChangedFile
from monitor.github import list_reader, query_session
from monitor.github.client import (
    Client,
    CodeownersBlob,
    Forbidden,
    LoginOwner,
    Overloaded,
    QueryRejected,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from monitor.github.list_reader import NO_TIME
from monitor.rules.snapshot import Label, RequestedReviewer
from tests.demo_github import FINE_GRAINED, DemoGitHub, World, add_many
from tests.github.conftest import at


def test_names_become_ids_whatever_their_case_and_former_names_too(client: Client, world: World) -> None:
    web = world.repository("acme/web")
    world.rename(web, "site")
    answer = client.resolve(["Acme/WEB", "acme/site", "acme/vault", "acme/none", "nonsense", "a/b/c", "a/b c"])
    assert {name: facts.full_name for name, facts in answer.found.items()} == {
        "acme/web": "acme/site",
        "acme/site": "acme/site",
        "acme/vault": "acme/vault",
    }
    assert answer.found["acme/web"].node_id == web.id
    assert [facts.private for facts in answer.found.values()] == [False, False, True]
    assert answer.missing == {"acme/none", "nonsense", "a/b/c", "a/b c"}
    assert answer.cost.points == 1


def test_logins_become_people_and_organizations_and_bots_are_neither(client: Client, world: World) -> None:
    world.add_user("OctoLark")
    world.account("dependabot", "Bot")
    world.delete_account(world.add_user("ghostly"))
    answer = client.accounts(["octolark", "OCTOLARK", "Acme", "dependabot", "nobody-here", "ghostly"])
    assert answer.found == {"octolark": LoginOwner("OctoLark", person=True), "acme": LoginOwner("acme", person=False)}
    assert answer.missing == {"dependabot", "nobody-here", "ghostly"}
    assert answer.cost.points == 1


def test_nothing_is_asked_for_nothing(client: Client, github: DemoGitHub) -> None:
    assert client.accounts([]).found == {}
    for answer in (client.resolve([]), client.resolve(["nonsense"]), client.probe([]), client.checks([])):
        assert (answer.found, answer.cost.points) == ({}, 0)
    assert (client.details([]).found, client.files([]).found, client.codeowners([]).found) == ({}, {}, {})
    assert list(github.log) == []


def test_a_probe_finds_what_moved_in_whatever_state(client: Client, world: World, many: list[str]) -> None:
    pulls = [world.open("acme/web", f"Change {at}", author="heron") for at in range(12)]
    world.merge(pulls[11], by="wren")
    world.close(pulls[10], by="wren")
    home = world.repository("acme/web")
    answer = client.probe([*many, home.id])
    assert len(answer.found) == 61
    assert answer.cost.points == 1
    probed = answer.found[home.id]
    assert {row.state for row in probed.rows} == {"merged", "closed", "open"}
    assert (len(probed.rows), probed.has_more) == (10, True)
    rest = client.next_probe_page(home.id, probed.cursor or "").found[home.id]
    assert {row.number for row in (*probed.rows, *rest.rows)} == {pull.number for pull in pulls}
    assert not rest.has_more


def test_open_pull_requests_page_by_page(client: Client, world: World) -> None:
    [home] = add_many(world, 1, 130)
    first = client.open_rows([home.id]).found[home.id]
    second = client.open_rows([home.id], first.cursor).found[home.id]
    assert (len(first.rows), first.has_more, len(second.rows), second.has_more) == (100, True, 30, False)
    assert len({row.node_id for row in (*first.rows, *second.rows)}) == 130


def test_pull_requests_in_full(client: Client, world: World) -> None:
    pull = world.open("acme/web", "Add retries", author="heron", labels=["bug"])
    world.request_review(pull, "wren", by="heron")
    world.request_review(pull, "acme/platform", by="heron")
    world.review(pull, "COMMENTED", by="finch")
    world.comment(pull, by="heron")
    world.set_checks(pull, "FAILURE")
    world.assign(pull, "plover", by="heron")
    details = client.details([pull.id, pull.id])
    snapshot = details.found[pull.id]
    assert details.repositories == {pull.id: pull.repository.id}
    assert (snapshot.title, snapshot.author, snapshot.state, snapshot.ci) == ("Add retries", "heron", "open", "failure")
    assert snapshot.labels[0] == Label("bug", world.label_of(pull.repository, "bug").color)
    assert snapshot.assignees == ("plover",)
    assert {asked.key for asked in snapshot.review_requests} == {("user", "wren"), ("team", "acme/platform")}
    assert [(review.reviewer, review.state) for review in snapshot.reviews] == [("finch", "commented")]
    kinds = [item.kind for item in snapshot.timeline]
    assert kinds == ["review_requested", "review_requested", "reviewed", "commented", "assigned"]
    assert (snapshot.head_author, snapshot.head_committed_at) == ("heron", pull.head.committed_date)
    assert details.cost.points == 1


def test_long_lists_are_read_completely_and_one_more_timeline_page(
    client: Client, world: World, github: DemoGitHub
) -> None:
    pulls = [world.open("acme/web", f"Change {at}", author="heron") for at in range(2)]
    names = [f"label {at:03}" for at in range(45)]
    for pull in pulls:
        for name in names:
            world.label(pull, name, by="heron")
        for at_ in range(30):
            world.request_review(pull, f"person-{at_}", by="heron")
        for at_ in range(130):
            world.comment(pull, by=f"talker-{at_}")
    details = client.details([pull.id for pull in pulls])
    for pull in pulls:
        snapshot = details.found[pull.id]
        assert [label.name for label in snapshot.labels] == names
        assert len(snapshot.review_requests) == 30
        assert len(snapshot.timeline) == 150
        assert snapshot.timeline[-1].actor == "talker-129"
        assert snapshot.timeline[0].kind == "review_requested"
        assert snapshot.timeline_truncated
        moments = [item.at for item in snapshot.timeline]
        assert moments == sorted(moments)
    assert [request.operation for request in github.log] == ["PrDetails", "PrFollow"]
    assert details.cost.points == 2 == sum(request.points for request in github.log)


def test_checks_move_without_the_pull_request(client: Client, world: World) -> None:
    pull = world.open("acme/web", "Add retries", author="heron")
    before = client.checks([pull.id]).found[pull.id]
    world.set_checks(pull, "SUCCESS")
    world.set_mergeable(pull, False)
    after = client.checks([pull.id]).found[pull.id]
    assert (before.ci, before.mergeable, after.ci, after.mergeable) == ("none", "mergeable", "success", "conflicting")
    assert (after.updated_at, after.head_sha, after.state) == (before.updated_at, pull.head_ref_oid, "open")


def test_a_team_with_its_child_teams(client: Client, world: World) -> None:
    world.add_team("acme/backend", [f"Person-{at}" for at in range(150)], parent="acme/platform")
    answer = client.team("acme/platform")
    assert set(answer.found["acme/platform"]) == {"plover", "wren", *(f"person-{at}" for at in range(150))}
    assert answer.cost.points == 2
    assert client.team("acme/nobody").missing == {"acme/nobody"}
    assert client.team("nowhere/nobody").missing == {"nowhere/nobody"}


@pytest.mark.parametrize("grants", [{"scopes": {"repo"}}, {"kind": FINE_GRAINED, "members": False}])
def test_a_token_that_may_not_read_teams_is_told_so(github: DemoGitHub, grants: dict[str, object]) -> None:
    github.add_token("narrow", "finch", **grants)
    answer = at(github, "narrow", "user:finch").team("acme/platform")
    assert (answer.found, answer.missing, list(answer.refused)) == ({}, frozenset(), ["acme/platform"])


def test_codeowners_of_each_branch(client: Client, world: World) -> None:
    web, vault = world.repository("acme/web"), world.repository("acme/vault")
    world.edit_codeowners(web, "* @wren\n")
    world.edit_codeowners(web, None, branch="next")
    world.edit_file(web, "docs/CODEOWNERS", "* @finch\n", branch="next")
    answer = client.codeowners([(web.id, "HEAD"), (web.id, "next"), (vault.id, "HEAD"), ("R_gone", "HEAD")])
    main, other = answer.found[f"{web.id}:HEAD"], answer.found[f"{web.id}:next"]
    assert (main.path, main.text, main.truncated) == (".github/CODEOWNERS", "* @wren\n", False)
    assert (other.path, other.text) == ("docs/CODEOWNERS", "* @finch\n")
    assert main.oid != other.oid
    assert answer.found[f"{vault.id}:HEAD"] == CodeownersBlob()
    assert answer.missing == {"R_gone:HEAD"}


@pytest.mark.parametrize(("count", "read", "truncated"), [(3, 3, False), (250, 250, False), (3100, 3000, True)])
def test_changed_files_up_to_githubs_limit(
    client: Client, world: World, count: int, read: int, truncated: bool
) -> None:
    names = [f"src/module_{at:04}.py" for at in range(count)]
    pull = world.open("acme/web", "Big", author="heron", files=[ChangedFile(name) for name in names])
    small = world.open("acme/web", "Small", author="heron", files=["README.md"])
    answer = client.files([pull.id, small.id, "PR_gone"])
    assert list(answer.found[pull.id].paths) == names[:read]
    assert answer.found[pull.id].truncated is truncated
    assert answer.found[pull.id].head_sha == pull.head_ref_oid
    assert answer.found[small.id].paths == ("README.md",)
    assert answer.missing == {"PR_gone"}


def test_missing_and_refused_mark_only_themselves(github: DemoGitHub, world: World, many: list[str]) -> None:
    world.add_repository("closed/off", private=True)
    world.add_repository("signed/on", private=True)
    github.add_token("narrow", "finch", scopes={"public_repo", "read:org"}, saml={"signed"})
    off, on = world.repository("closed/off"), world.repository("signed/on")
    world.make_public(on)
    answer = at(github, "narrow", "user:finch").probe([many[0], off.id, "R_unheard", on.id, many[1]])
    assert set(answer.found) == {many[0], many[1]}
    assert answer.missing == {off.id, "R_unheard"}
    assert "single sign-on" in answer.refused[on.id]


def test_a_repository_that_comes_back_is_found_again(client: Client, world: World) -> None:
    web = world.repository("acme/web")
    world.delete(web)
    assert client.probe([web.id]).missing == {web.id}
    world.restore(web)
    assert client.probe([web.id]).found[web.id].metadata.full_name == "acme/web"


def test_without_time_all_files_are_refused_except_one_truncated_list(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = world.open("acme/web", "Small", author="heron", files=["one"])
    large = [
        world.open("acme/web", f"Large {at}", author="heron", files=[f"src/{at}" for at in range(250)])
        for at in range(2)
    ]
    ids = [pull.id for pull in large]
    monkeypatch.setattr(query_session, "LONGEST_SECONDS", 0)
    answer = client.files([small.id, *ids])
    assert list(answer.found) == [small.id]
    assert answer.refused == dict.fromkeys(ids, NO_TIME)
    answer = client.files(ids)  # else it would be the same each time
    [(id, read)] = answer.found.items()
    assert (len(read.paths), read.truncated) == (100, True)
    assert answer.refused == {other: NO_TIME for other in ids if other != id}


def test_lists_without_time_left_raise_overloaded(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = world.open("acme/web", "Labels", author="heron", labels=[f"label {at}" for at in range(30)])
    assert len(client.details([pull.id]).found[pull.id].labels) == 30
    monkeypatch.setattr(query_session, "LONGEST_SECONDS", 0)
    with pytest.raises(Overloaded, match="too slow"):
        client.details([pull.id])


def test_a_team_that_takes_too_long_is_refused_as_a_whole(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add_team("acme/everybody", [f"bird-{at}" for at in range(150)])
    assert len(client.team("acme/everybody").found["acme/everybody"]) == 150
    monkeypatch.setattr(list_reader, "MOST_MEMBER_SECONDS", 0)
    answer = client.team("acme/everybody")
    assert (answer.found, list(answer.refused)) == ({}, ["acme/everybody"])


def test_a_token_without_the_scope_for_teams_reads_pull_requests_all_the_same(github: DemoGitHub, world: World) -> None:
    github.add_token("narrow", "finch", scopes={"repo"})
    narrow = at(github, "narrow", "user:finch")
    pull = world.open("acme/web", "Add retries", author="heron")
    world.request_review(pull, "acme/platform", by="heron")
    world.request_review(pull, "wren", by="heron")
    first, second = narrow.details([pull.id]), narrow.details([pull.id])
    assert first.found == second.found
    assert first.found[pull.id].review_requests == (RequestedReviewer("user", "wren"),)
    assert [item.subject for item in first.found[pull.id].timeline] == ["wren"]
    # GitHub refuses once; the client leaves the field out at once and in later queries.
    assert [request.operation for request in github.log] == ["PrDetails"] * 3
    assert (at(github).details([pull.id]).found[pull.id].review_requests[0].name) == "acme/platform"


def test_checks_that_may_not_be_read_are_unknown_not_absent(github: DemoGitHub, world: World) -> None:
    github.add_token("narrow", "finch", kind=FINE_GRAINED, rollup=False)
    narrow = at(github, "narrow", "user:finch")
    pull = world.open("acme/web", "Add retries", author="heron")
    world.set_checks(pull, "SUCCESS")
    assert narrow.details([pull.id]).found[pull.id].ci == "unknown"
    assert narrow.checks([pull.id]).found[pull.id].ci == "unknown"
    assert at(github).checks([pull.id]).found[pull.id].ci == "success"


def test_an_unreadable_team_is_left_out_of_a_readable_pull_request(github: DemoGitHub, world: World) -> None:
    github.add_token("narrow", "finch", kind=FINE_GRAINED, members=False)
    pull = world.open("acme/web", "Add retries", author="heron")
    world.request_review(pull, "acme/platform", by="heron")
    snapshot = at(github, "narrow", "user:finch").details([pull.id]).found[pull.id]
    assert (snapshot.review_requests, snapshot.timeline) == ((), ())


def test_a_dismissal_leaves_the_review_in_the_timeline(client: Client, world: World) -> None:
    pull = world.open("acme/web", "Add retries", author="heron")
    review = world.review(pull, "APPROVED", by="wren")
    before = client.details([pull.id]).found[pull.id]
    world.dismiss(pull, review, by="heron")
    after = client.details([pull.id]).found[pull.id]
    assert after.timeline[:1] == before.timeline
    assert [(item.kind, item.actor, item.subject) for item in after.timeline[1:]] == [
        ("review_dismissed", "heron", "wren")
    ]
    assert [(one.reviewer, one.state) for one in after.reviews] == [("wren", "dismissed")]


@pytest.fixture
def older(world: World) -> DemoGitHub:
    return DemoGitHub(world, enterprise=True)


def test_an_enterprise_server_that_lacks_fields_is_learned_once(older: DemoGitHub, world: World) -> None:
    pull = world.open("acme/web", "Add retries", author="heron")
    world.set_checks(pull, "PENDING")
    with older as github:
        assert github.url.endswith("/api/v3")
        client = at(github)
        facts = client.resolve(["acme/web"]).found["acme/web"]
        assert client.probe([facts.node_id]).found[facts.node_id].rows[0].node_id == pull.id
        assert client.details([pull.id]).found[pull.id].ci == "pending"
        asked = len(github.log)
        assert client.details([pull.id]).found[pull.id].head_author == "heron"
        answer = client.checks([pull.id])
        assert answer.found[pull.id].ci == "pending"
        assert len(github.log) == asked + 2
        assert (answer.cost.points, answer.cost.remaining, answer.cost.limit) == (0, None, None)


def test_what_a_call_cost_is_known_however_it_ends(client: Client, world: World, github: DemoGitHub) -> None:
    pull = world.open("acme/web", "Add retries", author="heron")
    for at_ in range(25):
        world.label(pull, f"label {at_}", by="heron")
    github.faults.bad_gateway(only="PrFollow", times=1)
    with pytest.raises(Overloaded) as raised:
        client.details([pull.id])
    assert raised.value.cost is not None
    assert raised.value.cost.points == 2
    assert raised.value.cost.remaining == 4999
    assert len(client.details([pull.id]).found[pull.id].labels) == 25


def test_the_hours_points_are_spent(client: Client, github: DemoGitHub, many: list[str]) -> None:
    reset = client.probe(many[:1]).cost.reset_at
    github.exhaust()
    with pytest.raises(RateLimited) as raised:
        client.probe(many[:1])
    assert (raised.value.primary, raised.value.explicit) == (True, True)
    assert reset is not None
    assert abs(raised.value.until - reset) < timedelta(seconds=3)
    github.faults.clock_offset = timedelta(hours=1, seconds=1)
    assert client.probe(many[:1]).found


def test_another_clock_at_github_does_not_stretch_the_wait(client: Client, github: DemoGitHub, many: list[str]) -> None:
    here = client.probe(many[:1]).cost.reset_at
    github.faults.clock_offset = timedelta(minutes=-40)
    there = client.probe(many[:1]).cost.reset_at
    assert here is not None
    assert there is not None
    assert abs(there - here - timedelta(minutes=40)) < timedelta(seconds=3)


def test_a_token_revoked_half_way(client: Client, github: DemoGitHub, many: list[str]) -> None:
    assert client.probe(many[:1]).found
    with github.faults.hold(only="PrProbe"):
        github.tokens.revoke("demo")
    with pytest.raises(Unauthorized, match="Bad credentials"):
        client.probe(many[:1])


def test_github_down_and_up_again(client: Client, github: DemoGitHub, many: list[str]) -> None:
    assert client.probe(many[:1]).found
    github.stop()
    with pytest.raises(Unavailable, match="cannot be reached") as raised:
        client.probe(many[:1])
    assert raised.value.cost is not None
    assert raised.value.cost.points == 0
    github.start()
    assert client.probe(many[:1]).found


def test_resources_run_out_half_way(client: Client, github: DemoGitHub, many: list[str]) -> None:
    github.faults.resource_limits(keep=3)
    with pytest.raises(Overloaded):
        client.probe(many)
    assert len(client.probe(many[:3]).found) == 3


def test_too_many_ids_are_refused_not_cut(client: Client, many: list[str]) -> None:
    with pytest.raises(QueryRejected, match="100"):
        client.probe([f"{many[0]}{at_}" for at_ in range(101)])


def test_a_forbidding_github_says_why(client: Client, github: DemoGitHub, many: list[str]) -> None:
    words = "Although you appear to have the correct authorization credentials, the organization has an IP allow list."
    github.faults.arm("forbidden", "graphql", 1, instead=lambda _: Response.error(403, words))
    with pytest.raises(Forbidden, match="IP allow list"):
        client.probe(many[:1])
