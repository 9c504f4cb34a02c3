"""Every event of GitHub is accepted or ignored, and no payload blocks the later ones."""

import json

import pytest

from monitor.github import identities
from monitor.github.webhooks.event_hints import READERS
from monitor.models import Event, PullRequest, WebhookDelivery
from tests.demo_github import DemoGitHub, World
from tests.webhooks.conftest import Post, work

pytestmark = pytest.mark.django_db
# Events that GitHub documents and prmonitor does not use, and events that GitHub does not document yet.
OTHERS = (
    "branch_protection_rule", "commit_comment", "create", "deployment_status", "discussion", "fork", "issues", "label",
    "member", "merge_group", "milestone", "organization", "page_build", "ping", "projects_v2_item", "release", "star",
    "team_add", "workflow_job", "workflow_run", "no_such_event_yet",
)  # fmt: skip
PARTS = (
    "action", "repository", "pull_request", "organization", "team", "issue", "check_run", "check_suite", "sha", "ref",
    "commits", "sender", "installation", "repositories", "repositories_added", "hook", "member", "review", "comment",
)  # fmt: skip
HOLLOW = {"id": None, "node_id": 5, "full_name": ["a"], "number": "x", "pull_requests": [7]}
ODD = {
    "empty": {},
    "null": dict.fromkeys(PARTS),
    "lists": {part: [None, [], {}] for part in PARTS} | {"action": "completed"},
    "texts": dict.fromkeys(PARTS, "?"),
    "hollow": dict.fromkeys(PARTS, HOLLOW) | {"action": "completed"},
}


@pytest.mark.parametrize("odd", ODD)
def test_every_event_whatever_it_holds(deliver, github, token, odd: str) -> None:
    for number, event in enumerate(READERS if odd != "empty" else (*READERS, *OTHERS)):
        body = json.dumps(ODD[odd]).encode() + b" " * number  # the same bytes would be a delivery that came before
        assert deliver(event, body).status_code == 202, event
    work(github)
    assert not WebhookDelivery.objects.filter(done_at=None).exists()


def test_all_that_the_demo_can_do_in_the_order_it_happens(world: World, github, hooked, post: Post) -> None:
    pull = world.open("acme/web", "One", author="heron")
    draft = world.open("acme/web", "Two", author="wren", draft=True)
    hooked()
    world.request_review(pull, "acme/platform", by="heron")
    world.request_review(pull, "finch", by="heron")
    world.remove_request(pull, "finch", by="heron")
    world.label(pull, "bug", by="wren")
    world.unlabel(pull, "bug", by="wren")
    world.assign(pull, "lark", by="wren")
    world.unassign(pull, "lark", by="wren")
    world.comment(pull, "Hm.", by="finch")
    review = world.review(pull, "CHANGES_REQUESTED", by="wren")
    world.dismiss(pull, review, by="heron")
    world.push(pull)
    world.force_push(pull)
    world.set_checks(pull, "PENDING")
    world.set_checks(pull, "SUCCESS")
    world.ready_for_review(draft)
    world.convert_to_draft(draft)
    world.change_base(draft, "next", by="wren")
    world.close(draft, by="wren")
    world.reopen(draft, by="wren")
    world.merge(pull, by="wren")
    world.edit_team("acme/platform", secret=True)
    world.delete_account("heron")
    told = post.arrive()
    assert len(told) > 20
    assert {line.split(" ")[2] for line in told} == {"202"}
    assert {line.split(" ")[0] for line in told if line.endswith("ignored")} == {"check_run", "push"}
    assert work(github).count("PrDetails") == 1
    assert set(PullRequest.objects.values_list("number", "state")) == {(1, "merged"), (2, "open")}
    assert Event.objects.count() == 2


def test_an_enterprise_server(world: World, settings, watch, look, deliver) -> None:
    """An Enterprise Server has an older API, and its payloads have the field `enterprise`."""
    pull = world.open("acme/web", "One", author="heron")
    with DemoGitHub(world, enterprise=True) as github:
        settings.GITHUB_API_URL = github.url
        identities.forget_identities()
        watch("acme/web")
        look()
        post = Post(github, deliver)
        world.set_checks(pull, "FAILURE")
        world.retitle(pull, "Two", by="heron")
        for one in post.take():
            one.payload["enterprise"] = {"id": 1, "slug": "github"}
            assert " 202 " in post.deliver(one)
        assert "PrDetails" in work(github)
    row = PullRequest.objects.get()
    assert (row.title, row.ci) == ("Two", "failure")
