"""What answers and events say about the merge: decision, queue, auto-merge, threads, stacks, and what is waited for."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from monitor.models import Repository
from monitor.recording.recorder import record
from monitor.rules.merge_facts import AutoMerge, MergeQueueEntry
from monitor.rules.snapshot import Snapshot
from tests.api.conftest import Caller, subscribe
from tests.builders import asked, at, item, merging, repository, review, snapshot

pytestmark = pytest.mark.django_db
HEAD = "a" * 40
# What the document promises; the words of the enums are not taken from the code.
ENUMS = {
    "Decision": {"approved", "changes_requested", "review_required"},
    "TurnCode": {
        "review_requested", "team_requested", "changes_requested", "comments", "author_responded", "new_commits",
        "checks_failing", "conflicts", "ready_to_merge", "needs_approval", "left_queue", "no_reviewer",
    },
    "WaitCode": {
        "archived", "draft", "merge_queue", "auto_merge", "stacked", "blocked", "checks", "hidden", "bot",
    },
    "Settled": {"reviewed", "removed", "taken", "enough", "closed"},
    "Kind": {
        "opened", "closed", "merged", "reopened", "drafted", "ready_for_review", "retitled", "pushed", "base_changed",
        "labeled", "unlabeled", "assigned", "unassigned", "review_requested", "review_request_removed", "reviewed",
        "checks_changed", "mergeability_changed", "commented", "queued", "unqueued", "auto_merge_enabled",
        "auto_merge_disabled", "decision_changed", "stack_changed", "claimed", "unclaimed", "turn_changed",
    },
    "Filter": {"all", "author", "assigned", "review_requested", "user_review_requested", "code_owner"},
}  # fmt: skip


@pytest.fixture
def watched(heron: User) -> Repository:
    """A repository that heron watches, without a pull request."""
    repo = repository("acme/web")
    subscribe(heron, repo)
    return repo


def approved(number: int = 1, **changed: Any) -> Snapshot:
    """An approved pull request of wren; `changed` holds facts about the merge, or other values of the snapshot."""
    facts = {name: changed.pop(name) for name in [*changed] if name in FACTS}
    values = {
        "author": "wren",
        "head": f"head-{number}",
        "reviews": (review("robin", "approved", 3, HEAD),),
        "timeline": (item("reviewed", 3, "robin", "approved"),),
        "merging": merging(**{"decision": "approved", "same_repository": True, **facts}),
    }
    return snapshot(number, **{**values, **changed})


FACTS = {"decision", "merge_state", "merge_queue", "auto_merge", "unresolved_threads", "same_repository", "not_known"}


@pytest.mark.parametrize(("name", "values"), ENUMS.items())
def test_every_value_is_in_the_document(name: str, values: set[str]) -> None:
    assert set(Client().get("/openapi.json").json()["components"]["schemas"][name]["enum"]) == values


def test_what_github_says_about_the_merge(api: Caller, watched: Repository) -> None:
    facts = {
        "merge_queue": MergeQueueEntry(3, at(5), "wren"),
        "auto_merge": AutoMerge("lark", at(4)),
        "unresolved_threads": 2,
    }
    record(watched, [approved(**facts)], now=at(6))
    body = api.read("/pull-requests/acme/web/1")
    assert body["decision"] == "approved"
    assert body["merge_queue"] == {"position": 3, "since": "2026-03-02T09:05:00Z"}
    assert body["auto_merge"] == {"by": "lark", "since": "2026-03-02T09:04:00Z"}
    assert body["unresolved_threads"] == 2
    assert body["turn"] == []


def test_what_github_does_not_say_is_empty(api: Caller, watched: Repository) -> None:
    record(
        watched, [snapshot(1, merging=replace(merging(), not_known=("decision", "merge_queue", "threads")))], now=at(6)
    )
    body = api.read("/pull-requests/acme/web/1")
    wanted = {"decision": None, "merge_queue": None, "auto_merge": None, "unresolved_threads": 0, "stacked_on": None}
    assert {key: body[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    ("code", "reason", "changed"),
    [
        ("draft", "a draft", {"draft": True}),
        ("merge_queue", "in the merge queue", {"merge_queue": MergeQueueEntry(1, at(5))}),
        ("auto_merge", "merges by itself when checks pass", {"auto_merge": AutoMerge("wren", at(4))}),
        ("blocked", "a required check or conversation blocks the merge", {"merge_state": "blocked"}),
        ("checks", "approved, checks are running", {"ci": "pending"}),
        ("bot", "opened by a bot, nobody is assigned", {"author": "renovate", "author_is_bot": True, "merge_state": "clean"}),
    ],
)  # fmt: skip
def test_nobodys_turn_says_why(api: Caller, watched: Repository, code: str, reason: str, changed: Any) -> None:
    record(watched, [approved(**changed)], now=at(6))
    body = api.read("/pull-requests/acme/web/1")
    assert body["turn"] == []
    assert (body["waits_for"]["code"], body["waits_for"]["reason"]) == (code, reason)
    assert api.read("/pull-requests", q="turn:none")["count"] == 1


def test_a_stack_is_seen_on_what_stands_on_it(api: Caller, watched: Repository) -> None:
    above = approved(2, base="head-1")
    record(watched, [above], now=at(5))
    assert api.read("/pull-requests/acme/web/2")["turn"][0]["code"] == "ready_to_merge"
    record(watched, [approved(1)], now=at(6))
    body = api.read("/pull-requests/acme/web/2")
    assert (body["stacked_on"], body["turn"]) == (1, [])
    assert body["waits_for"] == {"code": "stacked", "reason": "waits for #1", "since": "2026-03-02T09:03:00Z"}
    assert [one["number"] for one in api.read("/pull-requests", q="is:stacked")["items"]] == [2]
    merged = approved(1, state="merged", merged_at=at(7), closed_at=at(7), updated_at=at(7))
    record(watched, [merged], now=at(8))
    assert changes_of(api, 2)[1:] == [
        {"kind": "stack_changed", "actor": None, "from": None, "to": 1},
        {"kind": "stack_changed", "actor": None, "from": 1, "to": None},
    ]


def test_events_about_the_merge_have_their_fields(api: Caller, watched: Repository) -> None:
    record(watched, [approved(merge_state="blocked")], now=at(5))
    record(watched, [approved(merge_queue=MergeQueueEntry(2, at(6), "wren"))], now=at(6))
    left = item("unqueued", 7, None, "failed_checks")
    dismissed = replace(item("review_dismissed", 8, "wren", "robin"), by_push=True)
    timeline = (item("reviewed", 3, "robin", "approved"), left)
    record(watched, [approved(timeline=timeline, auto_merge=AutoMerge("lark", at(7)))], now=at(7))
    stale = {"reviews": (review("robin", "dismissed", 3, HEAD),), "timeline": (*timeline, dismissed)}
    record(watched, [approved(**stale, decision="review_required")], now=at(9))
    assert changes_of(api, 1)[1:] == [
        {"kind": "queued", "actor": "wren"},
        {"kind": "unqueued", "actor": None, "reason": "failed_checks"},
        {"kind": "auto_merge_enabled", "actor": "lark"},
        {"kind": "reviewed", "actor": "wren", "reviewer": "robin", "state": "dismissed", "by_push": True},
        {"kind": "auto_merge_disabled", "actor": None},
        {"kind": "decision_changed", "actor": None, "from": "approved", "to": "review_required"},
    ]


def test_who_was_asked_before_it_was_enough_is_asked_no_more(api: Caller, watched: Repository) -> None:
    request = item("review_requested", 1, "wren", "heron")
    wants = {"review_requests": (asked("heron"),), "timeline": (request, item("reviewed", 3, "robin", "approved"))}
    record(watched, [approved(**wants)], now=at(5))
    body = api.read("/pull-requests/acme/web/1")
    (entry,) = body["requests"]
    assert (entry["settled"], entry["settled_by"], entry["settled_at"]) == ("enough", "robin", "2026-03-02T09:03:00Z")
    assert (body["mine"]["turn"], body["turn"][0]["code"]) == (None, "ready_to_merge")
    assert [one["name"] for one in body["review_requests"]] == ["heron"], "GitHub still lists it"


@pytest.mark.parametrize(
    ("q", "numbers"), [("is:queued", [1]), ("is:open is:draft is:queued", []), ("-is:queued", [2])]
)
def test_the_queue_is_searched(api: Caller, watched: Repository, q: str, numbers: list[int]) -> None:
    record(watched, [approved(1, merge_queue=MergeQueueEntry(1, at(5))), approved(2)], now=at(6))
    assert [one["number"] for one in api.read("/pull-requests", q=q)["items"]] == numbers


def changes_of(api: Caller, number: int) -> list[dict[str, Any]]:
    """All changes of one pull request, oldest first, as both its history and the list of events tell them."""
    told = [one for one in api.read("/events", after=0)["items"] if one["number"] == number]
    assert told == api.read(f"/pull-requests/acme/web/{number}")["history"]
    return [change for event in told for change in event["changes"]]
