"""The world knows what GitHub knows about merging, and its server says it in GitHub's fields."""

from collections.abc import Callable
from typing import Any

import pytest

from monitor.demo.world.merge_rules import decision, merge_state
from monitor.demo.world.objects import PullRequest
from tests.demo.asking import graphql
from tests.demo_github import DemoGitHub, World

MERGING = """query PrDetails($ids:[ID!]!){ nodes(ids:$ids){ ... on PullRequest{ updatedAt reviewDecision mergeStateStatus
  isInMergeQueue isCrossRepository mergeQueueEntry{position enqueuedAt enqueuer{login} state}
  autoMergeRequest{enabledAt enabledBy{login}} baseRefName baseRef{name refUpdateRule{pattern}}
  reviewThreads(first:50){pageInfo{hasNextPage endCursor} totalCount nodes{id isResolved}}
  reviewRequests(first:5){nodes{requestedReviewer{__typename ... on Bot{login} ... on User{login}}}}
  latestOpinionatedReviews(first:20){nodes{state authorCanPushToRepository author{login}}}
  timelineItems(last:50){nodes{__typename
    ... on AddedToMergeQueueEvent{actor{login}} ... on RemovedFromMergeQueueEvent{actor{login} reason}
    ... on AutoMergeEnabledEvent{actor{login}} ... on AutoMergeDisabledEvent{actor{login} reason}
    ... on ReviewDismissedEvent{previousReviewState pullRequestCommit{commit{oid}} review{author{login}}}
    ... on AutomaticBaseChangeSucceededEvent{oldBase newBase} } } } } }"""


@pytest.fixture
def pull(world: World) -> PullRequest:
    return world.open("acme/web", "Retries", author="heron")


def told(github: DemoGitHub, pull: PullRequest) -> Any:
    said = graphql(github, MERGING, ids=[pull.id])
    assert said.errors == []
    return said.data["nodes"][0]


def timeline(github: DemoGitHub, pull: PullRequest, *kinds: str) -> list[dict[str, Any]]:
    return [item for item in told(github, pull)["timelineItems"]["nodes"] if item["__typename"] in kinds]


def approve(world: World, pull: PullRequest, *people: str) -> None:
    for login in people:
        world.review(pull, "APPROVED", by=login)


def test_as_many_approvals_are_needed_as_the_repository_requires(world: World, pull: PullRequest) -> None:
    world.set_rules("acme/web", required_approvals=2)
    approve(world, pull, "wren")
    assert decision(world, pull) == "REVIEW_REQUIRED"
    approve(world, pull, "finch")
    assert decision(world, pull) == "APPROVED"
    world.review(pull, "CHANGES_REQUESTED", by="lark")
    assert decision(world, pull) == "CHANGES_REQUESTED"


def test_only_those_count_who_may_write(github: DemoGitHub, world: World, pull: PullRequest) -> None:
    world.account("passer-by").may_write = False
    approve(world, pull, "passer-by")
    assert told(github, pull)["reviewDecision"] == "REVIEW_REQUIRED"
    world.review(pull, "CHANGES_REQUESTED", by="passer-by")
    approve(world, pull, "wren")
    seen = told(github, pull)
    assert seen["reviewDecision"] == "APPROVED"
    pushers = {
        one["author"]["login"]: one["authorCanPushToRepository"] for one in seen["latestOpinionatedReviews"]["nodes"]
    }
    assert pushers == {"passer-by": False, "wren": True}


def test_an_owner_of_each_changed_file_approves_where_that_is_required(world: World) -> None:
    world.add_team("acme/databases", ["finch"])
    world.add_user("lark")
    world.add_repository(
        "acme/owned", codeowners="/db/ @acme/databases\n/web/ @lark\n", requires_code_owner_review=True
    )
    pull = world.open("acme/owned", "Tables", author="heron", files=["db/a.sql", "web/a.ts", "README.md"])
    approve(world, pull, "wren", "finch")
    assert decision(world, pull) == "REVIEW_REQUIRED"
    approve(world, pull, "lark")
    assert decision(world, pull) == "APPROVED"


def test_a_push_dismisses_approvals_where_the_repository_wants_it(
    github: DemoGitHub, world: World, pull: PullRequest
) -> None:
    world.set_rules("acme/web", dismisses_stale_reviews=True)
    approve(world, pull, "wren", "finch")
    first = pull.reviews[0]
    world.dismiss(pull, first, by="heron")
    head = world.push(pull)
    assert decision(world, pull) == "REVIEW_REQUIRED"
    approve(world, pull, "finch")
    again = world.force_push(pull)
    items = timeline(github, pull, "ReviewDismissedEvent")
    assert [(one["review"]["author"]["login"], one["pullRequestCommit"]) for one in items] == [
        ("wren", None),
        ("finch", {"commit": {"oid": head.oid}}),
        ("finch", {"commit": {"oid": again.oid}}),
    ]
    assert {one["previousReviewState"] for one in items} == {"APPROVED"}


def test_the_merge_queue(github: DemoGitHub, world: World, pull: PullRequest) -> None:
    second = world.open("acme/web", "Two", author="wren")
    assert (told(github, pull)["mergeQueueEntry"], told(github, pull)["isInMergeQueue"]) == (None, False)
    moved = pull.updated_at
    world.enqueue(pull, "heron")
    world.enqueue(second, "finch")
    entry = told(github, second)["mergeQueueEntry"]
    assert (entry["position"], entry["enqueuer"], entry["state"]) == (2, {"login": "finch"}, "QUEUED")
    assert told(github, pull)["mergeQueueEntry"]["state"] == "AWAITING_CHECKS"
    world.dequeue(pull)
    assert told(github, second)["mergeQueueEntry"]["position"] == 1
    assert timeline(github, pull, "AddedToMergeQueueEvent", "RemovedFromMergeQueueEvent") == [
        {"__typename": "AddedToMergeQueueEvent", "actor": {"login": "heron"}},
        {
            "__typename": "RemovedFromMergeQueueEvent",
            "actor": {"login": "github-merge-queue"},
            "reason": "failed_checks",
        },
    ]
    assert pull.updated_at == moved
    world.merge(second)
    assert told(github, second)["isInMergeQueue"] is False
    assert timeline(github, second, "RemovedFromMergeQueueEvent", "MergedEvent")[0]["reason"] == "merged"
    assert second.merged_by is world.account("finch")


@pytest.mark.parametrize(
    "act",
    [
        lambda w, p: w.dequeue(p, "wren"),
        lambda w, p: w.push(p),
        lambda w, p: w.force_push(p),
        lambda w, p: w.change_base(p, "release"),
        lambda w, p: w.convert_to_draft(p),
        lambda w, p: w.close(p),
        lambda w, p: w.merge(p),
    ],
)
def test_what_leaves_the_queue(world: World, pull: PullRequest, act: Callable[[World, PullRequest], object]) -> None:
    world.enqueue(pull, "heron")
    act(world, pull)
    assert (pull.merge_queue_entry, pull.repository.merge_queue) == (None, [])
    assert [one.typename for one in pull.timeline].count("RemovedFromMergeQueueEvent") == 1


def test_what_is_no_candidate_for_a_merge_enters_no_queue(world: World, pull: PullRequest) -> None:
    draft = world.open("acme/web", "Draft", author="heron", draft=True)
    world.close(pull)
    for one in (draft, pull):
        with pytest.raises(ValueError, match="cannot be queued"):
            world.enqueue(one, "heron")
    with pytest.raises(ValueError, match="cannot be enabled"):
        world.enable_auto_merge(pull, "heron")


def test_auto_merge(github: DemoGitHub, world: World, pull: PullRequest) -> None:
    assert told(github, pull)["autoMergeRequest"] is None
    moved = pull.updated_at
    world.enable_auto_merge(pull, "wren")
    world.enable_auto_merge(pull, "heron")
    assert told(github, pull)["autoMergeRequest"]["enabledBy"] == {"login": "wren"}
    approve(world, pull, "finch")
    world.set_checks(pull, "SUCCESS")
    assert pull.state == "OPEN"
    world.disable_auto_merge(pull, "heron", "Manually disabled by user")
    assert told(github, pull)["autoMergeRequest"] is None
    assert timeline(github, pull, "AutoMergeEnabledEvent", "AutoMergeDisabledEvent") == [
        {"__typename": "AutoMergeEnabledEvent", "actor": {"login": "wren"}},
        {"__typename": "AutoMergeDisabledEvent", "actor": {"login": "heron"}, "reason": "Manually disabled by user"},
    ]
    assert moved <= pull.updated_at == pull.reviews[-1].submitted_at


def test_a_push_of_somebody_who_may_not_write_ends_auto_merge(world: World, pull: PullRequest) -> None:
    world.account("passer-by").may_write = False
    world.enable_auto_merge(pull, "wren")
    world.push(pull, by="heron")
    assert pull.auto_merge_request is not None
    world.push(pull, by="passer-by")
    assert pull.auto_merge_request is None


def test_review_threads(github: DemoGitHub, world: World, pull: PullRequest) -> None:
    threads = [world.open_thread(pull, by) for by in ("wren", "finch", "wren")]
    assert [one.state for one in pull.reviews] == ["COMMENTED"] * 3
    world.resolve_thread(threads[1])
    seen = told(github, pull)["reviewThreads"]
    assert [one["isResolved"] for one in seen["nodes"]] == [False, True, False]
    assert (seen["totalCount"], seen["pageInfo"]["hasNextPage"]) == (3, False)
    world.unresolve_thread(threads[1], "wren")
    assert not any(one["isResolved"] for one in told(github, pull)["reviewThreads"]["nodes"])


def test_a_thread_can_be_part_of_a_review(world: World, pull: PullRequest) -> None:
    review = world.review(pull, "APPROVED", by="wren")
    world.open_thread(pull, "wren", review=review)
    assert (pull.reviews, len(pull.threads)) == ([review], 1)


def everything_done(world: World, pull: PullRequest) -> None:
    world.set_rules("acme/web", requires_conversation_resolution=True, required_checks=True)
    approve(world, pull, "wren")
    world.set_checks(pull, "SUCCESS")


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (lambda w, p: None, "CLEAN"),
        (lambda w, p: w.convert_to_draft(p), "DRAFT"),
        (lambda w, p: w.set_mergeable(p, "CONFLICTING"), "DIRTY"),
        (lambda w, p: w.set_mergeable(p, "UNKNOWN"), "UNKNOWN"),
        (lambda w, p: w.review(p, "CHANGES_REQUESTED", by="wren"), "BLOCKED"),
        (lambda w, p: w.set_rules("acme/web", required_approvals=2), "BLOCKED"),
        (lambda w, p: w.open_thread(p, "wren"), "BLOCKED"),
        (lambda w, p: w.resolve_thread(w.open_thread(p, "wren")), "CLEAN"),
        (lambda w, p: w.set_checks(p, "PENDING"), "BLOCKED"),
        (lambda w, p: w.set_checks(p, None), "BLOCKED"),
        (lambda w, p: w.set_behind(p), "BEHIND"),
        (lambda w, p: (w.set_rules("acme/web", required_checks=False), w.set_checks(p, "FAILURE")), "UNSTABLE"),
        (lambda w, p: (w.set_rules("acme/web", required_checks=False), w.set_checks(p, "PENDING")), "UNSTABLE"),
        (lambda w, p: (w.set_rules("acme/web", required_checks=False), w.set_checks(p, None)), "CLEAN"),
        (lambda w, p: (w.change_base(p, "topic"), w.review(p, "CHANGES_REQUESTED", by="wren")), "CLEAN"),
    ],
)
def test_the_merge_state(
    world: World, pull: PullRequest, act: Callable[[World, PullRequest], object], state: str
) -> None:
    everything_done(world, pull)
    act(world, pull)
    assert merge_state(world, pull) == state


def test_which_branches_are_protected(github: DemoGitHub, world: World, pull: PullRequest) -> None:
    rule = {"name": "main", "refUpdateRule": {"pattern": "main"}}
    assert told(github, pull)["baseRef"] == rule
    world.change_base(pull, "release")
    assert told(github, pull)["baseRef"] == {"name": "release", "refUpdateRule": None}
    assert told(github, pull)["reviewDecision"] is None
    world.set_rules("acme/web", protected_branches={"release"})
    assert told(github, pull)["baseRef"]["refUpdateRule"] == {"pattern": "release"}
    assert told(github, pull)["reviewDecision"] == "REVIEW_REQUIRED"
    world.add_repository("acme/loose", requires_review=False)
    free = world.open("acme/loose", "Anything", author="heron", fork=True)
    seen = told(github, free)
    assert (seen["baseRef"]["refUpdateRule"], seen["reviewDecision"], seen["isCrossRepository"]) == (None, None, True)


def test_a_deleted_branch_hands_on_what_was_stacked_on_it(github: DemoGitHub, world: World, pull: PullRequest) -> None:
    top = world.open("acme/web", "Two", author="heron", base=pull.head_ref_name)
    other = world.open("acme/web", "Three", author="heron", base=top.head_ref_name)
    before = top.base_ref_oid
    world.merge(pull, delete_branch=True)
    assert (told(github, top)["baseRefName"], other.base_ref_name) == ("main", top.head_ref_name)
    assert top.base_ref_oid != before
    assert timeline(github, top, "AutomaticBaseChangeSucceededEvent", "BaseRefChangedEvent") == [
        {"__typename": "AutomaticBaseChangeSucceededEvent", "oldBase": pull.head_ref_name, "newBase": "main"}
    ]
    world.merge(top)
    assert other.base_ref_name == top.head_ref_name


def test_copilot_is_asked_under_one_name_and_answers_under_another(
    github: DemoGitHub, world: World, pull: PullRequest
) -> None:
    world.request_review(pull, "Copilot[bot]")
    asked = {"requestedReviewer": {"__typename": "Bot", "login": "Copilot"}}
    assert told(github, pull)["reviewRequests"]["nodes"] == [asked]
    world.review(pull, "COMMENTED", by="copilot-pull-request-reviewer[bot]")
    assert told(github, pull)["reviewRequests"]["nodes"] == []


def test_somebody_is_asked_whom_the_token_may_not_see(github: DemoGitHub, world: World, pull: PullRequest) -> None:
    github.add_token("narrow", "finch", unseen={"wren"})
    world.request_review(pull, "wren")
    said = graphql(github, MERGING, token="narrow", ids=[pull.id])
    assert said.data["nodes"][0]["reviewRequests"]["nodes"] == [{"requestedReviewer": None}]
