"""Over real HTTP the demo answers as GitHub does: sign-in, visibility, renames, paging, limits, REST, pages, PyGithub."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from github import Auth, Github, UnknownObjectException

from tests.demo.asking import DETAIL, PROBE, detail, graphql, rest
from tests.demo_github import FINE_GRAINED, DemoGitHub, World


def test_probe_lists_the_last_updated_first(github: DemoGitHub, world: World) -> None:
    first, second = (world.open("acme/web", title, author="heron") for title in ("One", "Two"))
    first.updated_at += timedelta(minutes=1)
    said = graphql(github, PROBE, ids=[world.repository("acme/web").id], k=1)
    assert [node["id"] for node in said.data["nodes"][0]["pullRequests"]["nodes"]] == [first.id]
    assert said.data["rateLimit"] == {"cost": 1, "remaining": 4999, "nodeCount": 2}
    assert second.id.startswith("PR_kwDO")


def test_detail_tells_who_was_asked_and_why(github: DemoGitHub, world: World) -> None:
    world.edit_codeowners("acme/web", "* @acme/platform")
    pull = world.open("acme/web", "Retries", author="dependabot[bot]", labels=["bug"])
    world.request_review(pull, "wren", by="heron")
    world.set_checks(pull, "FAILURE")
    read = detail(github, pull.id)
    assert read["author"] == {"__typename": "Bot", "login": "dependabot"}
    assert read["statusCheckRollup"] == {"state": "FAILURE"}
    assert read["reviewRequests"]["nodes"] == [
        {"asCodeOwner": True, "requestedReviewer": {"__typename": "Team", "combinedSlug": "acme/platform"}},
        {"asCodeOwner": False, "requestedReviewer": {"__typename": "User", "login": "wren"}},
    ]
    assert read["timelineItems"]["nodes"][-1] == {"__typename": "ReviewRequestedEvent", "actor": {"login": "heron"}}


def test_unknown_and_invisible_nodes_are_null_with_an_error_at_their_place(github: DemoGitHub, world: World) -> None:
    github.add_token("public", "wren", scopes={"public_repo", "read:org"})
    web, vault = world.repository("acme/web").id, world.repository("acme/vault").id
    said = graphql(github, PROBE, token="public", ids=[web, vault, "R_none"], k=10)
    assert [node and node["id"] for node in said.data["nodes"]] == [web, None, None]
    assert [(error["type"], error["path"]) for error in said.errors] == [
        ("NOT_FOUND", ["nodes", 1]),
        ("NOT_FOUND", ["nodes", 2]),
    ]
    assert said.errors[1]["message"] == "Could not resolve to a node with the global id of 'R_none'"


def test_a_deleted_repository_takes_its_pull_requests_with_it(github: DemoGitHub, world: World) -> None:
    pull = world.open("acme/web", "One", author="heron")
    world.delete("acme/web")
    assert graphql(github, DETAIL, ids=[pull.id]).data["nodes"] == [None]
    world.restore("acme/web")
    assert detail(github, pull.id)["title"] == "One"


def test_renamed_and_transferred_repositories_are_found_under_old_names(github: DemoGitHub, world: World) -> None:
    home = world.repository("acme/web")
    world.rename(home, "site")
    world.transfer(home, "widgets")
    query = (
        """query R($follow:Boolean!){ repository(owner:"acme",name:"web",followRenames:$follow){id nameWithOwner} }"""
    )
    assert graphql(github, query, follow=True).data["repository"] == {"id": home.id, "nameWithOwner": "widgets/site"}
    refused = graphql(github, query, follow=False)
    assert (refused.data["repository"], refused.errors[0]["type"]) == (None, "NOT_FOUND")
    moved = rest(github, "/repos/acme/web")
    assert moved.status_code == 301
    assert requests.get(moved.headers["Location"], headers={"Authorization": "token demo"}, timeout=5).json()["id"]


def test_deleted_authors_are_null(github: DemoGitHub, world: World) -> None:
    pull = world.open("acme/web", "One", author="kestrel")
    world.delete_account("kestrel")
    assert detail(github, pull.id)["author"] is None


def test_without_a_good_token_nothing_is_answered(github: DemoGitHub) -> None:
    for token in ("", "wrong"):
        said = graphql(github, "{viewer{login}}", token=token)
        assert said.status == 401
        assert "x-ratelimit-remaining" not in said.headers
    github.tokens.revoke("demo")
    assert graphql(github, "{viewer{login}}").status == 401
    assert "Bad credentials" in rest(github, "/user").text


def test_classic_tokens_without_read_org_are_refused_as_soon_as_a_team_is_named(
    github: DemoGitHub, world: World
) -> None:
    github.add_token("narrow", "wren", scopes={"repo"})
    said = graphql(github, DETAIL, token="narrow", ids=[world.open("acme/web", "One", author="heron").id])
    assert said.data is None
    assert said.errors[0]["type"] == "INSUFFICIENT_SCOPES"
    assert said.headers["x-oauth-scopes"] == "repo"


def test_fine_grained_tokens_miss_teams_and_checks(github: DemoGitHub, world: World) -> None:
    pull = world.open("acme/web", "One", author="heron")
    world.request_review(pull, "acme/platform")
    world.set_checks(pull, "SUCCESS")
    until = datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
    token = github.add_token("fine", "wren", kind=FINE_GRAINED, members=False, checks=False, expires_at=until)
    contexts = "query C($ids:[ID!]!){nodes(ids:$ids){... on PullRequest{statusCheckRollup{state contexts(first:5){nodes{__typename}}}}}}"
    said = graphql(github, contexts, token="fine", ids=[pull.id])
    assert said.errors[0]["type"] == "FORBIDDEN"
    assert said.errors[0]["path"] == ["nodes", 0, "statusCheckRollup", "contexts"]
    assert said.headers["github-authentication-token-expiration"] == "2031-01-02 03:04:05 UTC"
    assert detail(github, pull.id, token="fine")["reviewRequests"]["nodes"][0]["requestedReviewer"] is None
    members = '{organization(login:"acme"){team(slug:"platform"){members(first:10){nodes{login}}}}}'
    assert graphql(github, members, token="fine").errors[0]["type"] == "FORBIDDEN"
    token.rollup = False
    assert graphql(github, DETAIL, token="fine", ids=[pull.id]).errors[0]["path"] == ["nodes", 0, "statusCheckRollup"]
    token.saml = {"acme"}
    assert graphql(github, PROBE, token="fine", ids=[pull.repository.id], k=1).errors[0]["extensions"]["saml_failure"]


def test_team_members_include_child_teams(github: DemoGitHub, world: World) -> None:
    world.add_team("acme/databases", ["juniper", "wren"], parent="acme/platform")
    query = """query M($m:TeamMembershipType!){organization(login:"acme"){team(slug:"platform"){
      members(first:10,membership:$m){nodes{login}}}}}"""

    def members(membership: str) -> list[str]:
        team = graphql(github, query, m=membership).data["organization"]["team"]
        return [node["login"] for node in team["members"]["nodes"]]

    assert members("ALL") == ["plover", "wren", "juniper"]
    assert members("IMMEDIATE") == ["plover", "wren"]
    assert members("CHILD_TEAM") == ["juniper", "wren"]


def test_paging_goes_on_where_it_was_while_the_list_moves(github: DemoGitHub, world: World) -> None:
    pulls = [world.open("acme/web", f"Change {at}", author="heron") for at in range(5)]
    for at, pull in enumerate(pulls):
        pull.updated_at += timedelta(minutes=at)
    query = """query P($id:ID!,$after:String){node(id:$id){... on Repository{pullRequests(first:2,after:$after,
      orderBy:{field:UPDATED_AT,direction:DESC}){totalCount pageInfo{hasNextPage endCursor} nodes{number}}}}}"""
    home = world.repository("acme/web")
    home.unsorted = True
    page = graphql(github, query, id=home.id).data["node"]["pullRequests"]
    assert ([one["number"] for one in page["nodes"]], page["totalCount"]) == ([5, 4], 5)
    pulls[0].updated_at += timedelta(hours=1)  # moves to the top between two pages
    home.unsorted = True
    page = graphql(github, query, id=home.id, after=page["pageInfo"]["endCursor"]).data["node"]["pullRequests"]
    assert ([one["number"] for one in page["nodes"]], page["pageInfo"]["hasNextPage"]) == ([3, 2], False)
    wrong = graphql(github, query, id=home.id, after="nonsense")
    assert wrong.errors[0]["type"] == "INVALID_CURSOR_ARGUMENTS"


def test_timeline_pages_back(github: DemoGitHub, world: World) -> None:
    pull = world.open("acme/web", "One", author="heron")
    for at in range(5):
        world.comment(pull, f"{at}", by="wren")
    world.label(pull, "bug")
    query = """query T($id:ID!,$before:String){node(id:$id){... on PullRequest{timelineItems(last:3,before:$before,
      itemTypes:[ISSUE_COMMENT]){pageInfo{hasPreviousPage startCursor} nodes{... on IssueComment{body}}}}}}"""
    page = graphql(github, query, id=pull.id).data["node"]["timelineItems"]
    assert [one["body"] for one in page["nodes"]] == ["2", "3", "4"]
    page = graphql(github, query, id=pull.id, before=page["pageInfo"]["startCursor"]).data["node"]["timelineItems"]
    assert ([one["body"] for one in page["nodes"]], page["pageInfo"]["hasPreviousPage"]) == (["0", "1"], False)


def test_codeowners_are_read_by_branch_and_by_base_commit(github: DemoGitHub, world: World) -> None:
    world.edit_codeowners("acme/web", "* @wren")
    world.edit_codeowners("acme/web", "* @finch", branch="release")
    pull = world.open("acme/web", "One", author="heron", base="release")
    query = (
        """query O($id:ID!,$at:String!){node(id:$id){... on Repository{object(expression:$at){... on Blob{text}}}}}"""
    )

    def text(at: str) -> str | None:
        blob = graphql(github, query, id=pull.repository.id, at=at).data["node"]["object"]
        return blob and blob["text"]

    assert text("HEAD:.github/CODEOWNERS") == "* @wren"
    assert text(f"{pull.base_ref_oid}:.github/CODEOWNERS") == "* @finch"
    assert text("HEAD:CODEOWNERS") is None


def test_tokens_of_one_user_share_a_purse_that_graphql_and_rest_do_not(github: DemoGitHub) -> None:
    github.add_token("second", "plover")
    first = graphql(github, "{viewer{login}}")
    second = graphql(github, "{viewer{login}}", token="second")
    assert int(first.headers["x-ratelimit-remaining"]) - int(second.headers["x-ratelimit-remaining"]) == 1
    assert second.headers["x-ratelimit-resource"] == "graphql"
    assert rest(github, "/user").headers["x-ratelimit-used"] == "1"
    limits = rest(github, "/rate_limit").json()["resources"]
    assert (limits["graphql"]["used"], limits["core"]["used"]) == (2, 1)


def test_a_spent_hour_is_an_error_in_a_200_until_the_reset(github: DemoGitHub) -> None:
    github.exhaust(leave=1)
    assert graphql(github, "{viewer{login}}").data == {"viewer": {"login": "plover"}}
    refused = graphql(github, "{viewer{login}}")
    assert (refused.status, refused.data, refused.errors[0]["type"]) == (200, None, "RATE_LIMITED")
    assert refused.headers["x-ratelimit-remaining"] == "0"
    github.exhaust(resource="core")
    assert rest(github, "/user").status_code == 403
    github.faults.clock_offset = timedelta(hours=1, seconds=1)
    assert graphql(github, "{viewer{login}}").errors == []
    assert rest(github, "/user").status_code == 200


def test_dry_runs_price_without_answering_or_charging(github: DemoGitHub) -> None:
    query = "query Q($ids:[ID!]!){nodes(ids:$ids){... on PullRequest{labels(first:9){nodes{id}}}} rateLimit(dryRun:true){cost nodeCount}}"
    said = graphql(github, query, ids=["x"] * 100)
    assert (said.data["rateLimit"]["cost"], said.data["rateLimit"]["nodeCount"]) == (1, 1000)
    assert said.headers["x-ratelimit-used"] == "0"


def test_wrong_queries_cost_nothing_and_say_why(github: DemoGitHub) -> None:
    unknown = graphql(
        github, "query Q($ids:[ID!]!){nodes(ids:$ids){... on PullRequest{statusRollup{state}}}}", ids=["x"]
    )
    assert unknown.errors[0]["message"] == "Field 'statusRollup' doesn't exist on type 'PullRequest'"
    assert unknown.errors[0]["extensions"]["code"] == "undefinedField"
    assert graphql(github, "query {").errors
    assert graphql(github, PROBE, ids=["x"] * 101, k=1).errors[0]["type"] == "ARGUMENT_LIMIT"
    assert rest(github, "/rate_limit").json()["resources"]["graphql"]["used"] == 0
    broken = requests.post(f"{github.url}/graphql", data=b"{", headers={"Authorization": "token demo"}, timeout=5)
    assert (broken.status_code, broken.json()["message"]) == (400, "Problems parsing JSON")


def test_rest_lists_pull_requests_and_reviews(github: DemoGitHub, world: World) -> None:
    pull = world.open("acme/web", "One", author="heron")
    world.review(pull, "APPROVED", by="wren")
    world.close(world.open("acme/web", "Two", author="heron"))
    assert [one["node_id"] for one in rest(github, "/repos/acme/web/pulls").json()] == [pull.id]
    assert len(rest(github, "/repos/acme/web/pulls?state=all&per_page=1&page=2").json()) == 1
    reviews = rest(github, f"/repos/acme/web/pulls/{pull.number}/reviews").json()
    assert [(one["user"]["login"], one["state"]) for one in reviews] == [("wren", "approved")]
    github.add_token("public", "wren", scopes={"public_repo"})
    assert rest(github, "/repos/acme/vault", token="public").status_code == 404


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_pygithub_speaks_to_it(github: DemoGitHub, world: World, prefix: str) -> None:
    client = Github(
        base_url=github.url + prefix, auth=Auth.Token("demo"), retry=None,
        seconds_between_requests=0, seconds_between_writes=0,
    )  # fmt: skip
    assert client.get_user().login == "plover"
    assert client.get_repo("acme/web").node_id == world.repository("acme/web").id  # type: ignore[attr-defined]
    headers, body = client.requester.graphql_query("query Me{viewer{login}}", {})
    assert (body["data"]["viewer"]["login"], headers["x-ratelimit-limit"]) == ("plover", "5000")
    with pytest.raises(UnknownObjectException):
        client.requester.graphql_query(PROBE, {"ids": ["R_none"], "k": 1})
    assert [one.operation for one in github.log if one.operation] == ["Me", "PrProbe"]


def test_enterprise_server_has_no_limits_and_fewer_fields(world: World) -> None:
    pull = world.open("acme/web", "One", author="heron")
    with DemoGitHub(world, enterprise=True) as server:
        assert server.url.endswith("/api/v3")
        refused = graphql(server, DETAIL, ids=[pull.id])
        assert refused.errors[0]["extensions"]["fieldName"] == "statusCheckRollup"
        commits = "query C($ids:[ID!]!){nodes(ids:$ids){... on PullRequest{commits(last:1){nodes{commit{oid}}}}} rateLimit{cost}}"
        said = graphql(server, commits, ids=[pull.id])
        assert said.data["rateLimit"] is None
        assert "x-ratelimit-limit" not in said.headers
        assert said.headers["x-github-enterprise-version"]
        assert rest(server, "/meta").json()["installed_version"]
        assert rest(server, "/rate_limit").status_code == 404


def test_links_lead_to_plain_pages(github: DemoGitHub, world: World) -> None:
    pull = world.open("acme/web", "<b>Bold</b> & safe", author="heron")
    shown = requests.get(f"{github.web_url}/acme/web/pull/{pull.number}", timeout=5)
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; safe" in shown.text
    assert "demo GitHub" in requests.get(github.web_url, timeout=5).text
    assert requests.get(f"{github.web_url}/acme/web/pull/99", timeout=5).status_code == 404


def test_down_and_up_again_on_the_same_port(github: DemoGitHub) -> None:
    session = requests.Session()
    session.headers["Authorization"] = "token demo"
    port = github.port
    assert session.get(f"{github.url}/user", timeout=5).ok
    github.stop()
    with pytest.raises(requests.ConnectionError):
        session.get(f"{github.url}/user", timeout=5)
    github.start()
    assert github.port == port
    assert session.get(f"{github.url}/user", timeout=5).ok
