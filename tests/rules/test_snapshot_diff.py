"""What changed between two snapshots: a table with a row for each kind, and properties."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.change_kinds import ChangeKind
from monitor.rules.merge_facts import NOTHING_KNOWN, AutoMerge, MergeQueueEntry
from monitor.rules.snapshot import Snapshot
from monitor.rules.snapshot_diff import changes, occurred_at, update_type
from monitor.rules.snapshot_gaps import TIMELINE_KEPT, fill_gaps
from tests.builders import asked, at, item, label, merging, review, snapshot

OPEN = snapshot()
QUEUED = merging(merge_queue=MergeQueueEntry(2, at(9), "heron"))
ASKED = snapshot(review_requests=(asked("wren"),))

TABLE: list[tuple[str, Snapshot, Snapshot, list[dict[str, Any]]]] = [
    ("nothing", OPEN, replace(OPEN, updated_at=at(1)), []),
    (
        "closed",
        OPEN,
        replace(OPEN, state="closed", closed_at=at(5), timeline=(item("closed", 5, "wren"),)),
        [{"kind": "closed", "actor": "wren"}],
    ),
    (
        "merged",
        OPEN,
        replace(OPEN, state="merged", merged_at=at(5), timeline=(item("merged", 5, "wren"), item("closed", 5, "wren"))),
        [{"kind": "merged", "actor": "wren"}],
    ),
    ("merged, nobody says by whom", OPEN, replace(OPEN, state="merged"), [{"kind": "merged", "actor": None}]),
    (
        "reopened",
        replace(OPEN, state="closed"),
        replace(OPEN, timeline=(item("reopened", 5, "heron"),)),
        [{"kind": "reopened", "actor": "heron"}],
    ),
    (
        "drafted",
        OPEN,
        replace(OPEN, draft=True, timeline=(item("drafted", 5, "heron"),)),
        [{"kind": "drafted", "actor": "heron"}],
    ),
    (
        "ready for review",
        replace(OPEN, draft=True),
        replace(OPEN, timeline=(item("ready_for_review", 5, "heron"),)),
        [{"kind": "ready_for_review", "actor": "heron"}],
    ),
    (
        "retitled",
        OPEN,
        replace(OPEN, title="Better", timeline=(item("retitled", 5, "finch", "Better"),)),
        [{"kind": "retitled", "actor": "finch", "from": "Change number 1", "to": "Better"}],
    ),
    (
        "pushed",
        OPEN,
        replace(OPEN, head_sha="c" * 40, head_author="heron"),
        [{"kind": "pushed", "actor": "heron", "from": "a" * 40, "to": "c" * 40}],
    ),
    (
        "force-pushed by another",
        OPEN,
        replace(OPEN, head_sha="c" * 40, head_author="heron", timeline=(item("force_pushed", 5, "finch"),)),
        [{"kind": "pushed", "actor": "finch", "from": "a" * 40, "to": "c" * 40}],
    ),
    (
        "base changed",
        OPEN,
        replace(OPEN, base="next"),
        [{"kind": "base_changed", "actor": None, "from": "main", "to": "next"}],
    ),
    (
        "labels",
        replace(OPEN, labels=(label("old"), label("both"))),
        replace(
            OPEN,
            labels=(label("both"), label("new")),
            timeline=(item("labeled", 5, "finch", "new"), item("unlabeled", 5, "wren", "old")),
        ),
        [{"kind": "labeled", "actor": "finch", "label": "new"}, {"kind": "unlabeled", "actor": "wren", "label": "old"}],
    ),
    (
        "assignees",
        replace(OPEN, assignees=("wren",)),
        replace(OPEN, assignees=("finch",), timeline=(item("assigned", 5, "heron", "finch"),)),
        [
            {"kind": "assigned", "actor": "heron", "login": "finch"},
            {"kind": "unassigned", "actor": None, "login": "wren"},
        ],
    ),
    (
        "asked",
        OPEN,
        replace(ASKED, timeline=(item("review_requested", 5, "heron", "wren"),)),
        [{"kind": "review_requested", "actor": "heron", "login": "wren"}],
    ),
    (
        "a team asked",
        OPEN,
        replace(OPEN, review_requests=(asked("acme/web", code_owner=True),)),
        [{"kind": "review_requested", "actor": None, "team": "acme/web"}],
    ),
    (
        "request removed",
        ASKED,
        replace(OPEN, timeline=(item("review_request_removed", 5, "heron", "wren"),)),
        [{"kind": "review_request_removed", "actor": "heron", "login": "wren"}],
    ),
    (
        "request gone without a trace",
        ASKED,
        OPEN,
        [{"kind": "review_request_removed", "actor": None, "login": "wren"}],
    ),
    (
        "request settled by a comment",
        ASKED,
        replace(OPEN, timeline=(item("commented", 5, "wren"),)),
        [{"kind": "commented", "actor": "wren"}],
    ),
    (
        "a team's request settled by a member",
        replace(OPEN, review_requests=(asked("acme/web"),)),
        replace(OPEN, timeline=(item("reviewed", 5, "wren", "approved"),)),
        [{"kind": "reviewed", "actor": "wren", "reviewer": "wren", "state": "approved"}],
    ),
    (
        "request settled by the review",
        ASKED,
        replace(OPEN, reviews=(review("wren", minutes=5),), timeline=(item("reviewed", 5, "wren", "approved"),)),
        [{"kind": "reviewed", "actor": "wren", "reviewer": "wren", "state": "approved"}],
    ),
    (
        "reviewed and asked again between two looks",
        ASKED,
        replace(
            ASKED,
            reviews=(review("wren", "changes_requested", 5),),
            timeline=(item("reviewed", 5, "wren", "changes_requested"), item("review_requested", 6, "heron", "wren")),
        ),
        [
            {"kind": "review_requested", "actor": "heron", "login": "wren"},
            {"kind": "reviewed", "actor": "wren", "reviewer": "wren", "state": "changes_requested"},
        ],
    ),
    (
        "review that the timeline does not show",
        OPEN,
        replace(OPEN, reviews=(review("wren", minutes=5),)),
        [{"kind": "reviewed", "actor": "wren", "reviewer": "wren", "state": "approved"}],
    ),
    (
        "review dismissed",
        replace(OPEN, reviews=(review("wren", minutes=5),)),
        replace(
            OPEN, reviews=(review("wren", "dismissed", 5),), timeline=(item("review_dismissed", 6, "heron", "wren"),)
        ),
        [{"kind": "reviewed", "actor": "heron", "reviewer": "wren", "state": "dismissed", "by_push": False}],
    ),
    (
        "approval gone stale with a push",
        replace(OPEN, reviews=(review("wren", minutes=5),)),
        replace(
            OPEN,
            reviews=(review("wren", "dismissed", 5),),
            timeline=(replace(item("review_dismissed", 6, "heron", "wren"), by_push=True),),
        ),
        [{"kind": "reviewed", "actor": "heron", "reviewer": "wren", "state": "dismissed", "by_push": True}],
    ),
    (
        "dismissed, and then somebody else's",
        replace(OPEN, reviews=(review("wren", minutes=4), review("lark", minutes=5))),
        replace(
            OPEN,
            reviews=(review("wren", "dismissed", 4), review("lark", "dismissed", 5)),
            timeline=(item("review_dismissed", 6, "heron", "wren"), item("review_dismissed", 7, "teal", "lark")),
        ),
        [
            {"kind": "reviewed", "actor": "heron", "reviewer": "wren", "state": "dismissed", "by_push": False},
            {"kind": "reviewed", "actor": "teal", "reviewer": "lark", "state": "dismissed", "by_push": False},
        ],
    ),
    ("queued", OPEN, replace(OPEN, merging=QUEUED), [{"kind": "queued", "actor": "heron"}]),
    (
        "queued, as the timeline says",
        OPEN,
        replace(OPEN, merging=QUEUED, timeline=(item("queued", 9, "wren"),)),
        [{"kind": "queued", "actor": "wren"}],
    ),
    (
        "moved in the queue",
        replace(OPEN, merging=QUEUED),
        replace(OPEN, merging=merging(merge_queue=MergeQueueEntry(1, at(9), "heron"))),
        [],
    ),
    (
        "thrown out of the queue",
        replace(OPEN, merging=QUEUED),
        replace(OPEN, timeline=(item("unqueued", 12, "github-merge-queue", "failed_checks"),)),
        [{"kind": "unqueued", "actor": "github-merge-queue", "reason": "failed_checks"}],
    ),
    (
        "no longer in the queue, the timeline does not say why",
        replace(OPEN, merging=QUEUED),
        OPEN,
        [{"kind": "unqueued", "actor": None, "reason": None}],
    ),
    (
        "merged out of the queue",
        replace(OPEN, merging=QUEUED),
        replace(OPEN, state="merged", merged_at=at(12)),
        [{"kind": "merged", "actor": None}],
    ),
    (
        "auto-merge on",
        OPEN,
        replace(OPEN, merging=merging(auto_merge=AutoMerge("wren", at(9)))),
        [{"kind": "auto_merge_enabled", "actor": "wren"}],
    ),
    (
        "auto-merge off",
        replace(OPEN, merging=merging(auto_merge=AutoMerge("wren", at(9)))),
        replace(OPEN, timeline=(item("auto_merge_disabled", 12, "heron"),)),
        [{"kind": "auto_merge_disabled", "actor": "heron"}],
    ),
    (
        "decision",
        OPEN,
        replace(OPEN, merging=merging(decision="review_required")),
        [{"kind": "decision_changed", "actor": None, "from": None, "to": "review_required"}],
    ),
    (
        "read for the first time",
        replace(OPEN, merging=NOTHING_KNOWN),
        replace(OPEN, merging=replace(QUEUED, decision="approved", auto_merge=AutoMerge("wren", at(9)))),
        [],
    ),
    (
        "checks",
        OPEN,
        replace(OPEN, ci="failure"),
        [{"kind": "checks_changed", "actor": None, "from": "success", "to": "failure"}],
    ),
    (
        "conflicts",
        OPEN,
        replace(OPEN, mergeable="conflicting"),
        [{"kind": "mergeability_changed", "actor": None, "from": "mergeable", "to": "conflicting"}],
    ),
    ("mergeability not computed yet", OPEN, replace(OPEN, mergeable="unknown"), []),
    (
        "commented",
        OPEN,
        replace(OPEN, timeline=(item("commented", 5, "lark"),)),
        [{"kind": "commented", "actor": "lark"}],
    ),
    (
        "a deleted account",
        OPEN,
        replace(OPEN, timeline=(item("commented", 5, None),)),
        [{"kind": "commented", "actor": None}],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_changes(before: Snapshot, after: Snapshot, expected: list[dict[str, Any]]) -> None:
    assert [change.as_json() for change in changes(before, after)] == expected


def test_every_kind_of_the_vocabulary_is_in_the_table() -> None:
    shown = {change["kind"] for row in TABLE for change in row[3]} | {"opened"}
    of_ours = {
        "claimed",
        "unclaimed",
        "turn_changed",
        "stack_changed",
    }  # no snapshot tells them: tests/recording/test_claim_and_turn_changes.py
    assert shown == {str(kind) for kind in ChangeKind} - of_ours


def test_first_seen_closed_is_a_new_pull_request_that_was_merged() -> None:
    seen = snapshot(state="merged", merged_at=at(9))
    assert [change.kind for change in changes(None, seen)] == ["opened", "merged"]
    assert update_type(None, seen) == "new_pr"


def test_update_types() -> None:
    closed = replace(OPEN, state="closed")
    assert update_type(OPEN, closed) == "closed"
    assert update_type(OPEN, replace(OPEN, state="merged")) == "closed"
    assert update_type(closed, OPEN) == "updated"
    assert update_type(OPEN, replace(OPEN, title="x")) == "updated"


def test_it_occurred_when_the_last_of_the_changes_did_and_never_in_the_future() -> None:
    after = replace(OPEN, updated_at=at(30), timeline=(item("commented", 5, "lark"), item("commented", 7, "lark")))
    assert occurred_at(changes(OPEN, after), after, at(60)) == at(7)
    assert occurred_at([], after, at(60)) == at(30)
    assert occurred_at([], after, at(20)) == at(20)


def test_mergeability_keeps_its_last_known_value() -> None:
    assert fill_gaps(OPEN, replace(OPEN, mergeable="unknown")).mergeable == "mergeable"
    assert fill_gaps(None, replace(OPEN, mergeable="unknown")).mergeable == "unknown"


def test_hidden_checks_keep_their_last_state_for_the_same_head_only() -> None:
    assert fill_gaps(OPEN, replace(OPEN, ci="unknown")).ci == "success"
    assert fill_gaps(OPEN, replace(OPEN, ci="unknown", head_sha="d" * 40)).ci == "unknown"


def test_a_cut_timeline_goes_on_where_the_last_one_ended() -> None:
    early = [item("commented", minute, "lark") for minute in range(60)]
    before = replace(OPEN, timeline=(item("ready_for_review", -1, "heron"), *early[:50]))
    after = replace(OPEN, timeline=tuple(early[10:60]), timeline_truncated=True)
    seen = fill_gaps(before, after)
    assert seen.timeline == (item("ready_for_review", -1, "heron"), *early)
    assert not seen.timeline_truncated
    assert seen.ready_at == at(-1)
    assert len(changes(before, seen)) == 10


def test_the_kept_timeline_is_bounded_but_knows_when_it_became_ready() -> None:
    many = tuple(item("commented", minute, "lark") for minute in range(TIMELINE_KEPT + 30))
    before = replace(OPEN, timeline=(item("ready_for_review", -1, "heron"), *many[:80]))
    seen = fill_gaps(before, replace(OPEN, timeline=many[80:], timeline_truncated=True))
    assert len(seen.timeline) == TIMELINE_KEPT + 1
    assert seen.ready_at == at(-1)


@given(
    st.text(max_size=40), st.sampled_from(["success", "failure", "none"]), st.booleans(), st.lists(st.text(max_size=5))
)
def test_json_there_and_back(title: str, ci: Any, draft: bool, names: list[str]) -> None:
    made = snapshot(
        title=title,
        ci=ci,
        draft=draft,
        labels=tuple(label(name) for name in names),
        review_requests=(asked("wren"), asked("acme/web")),
        reviews=(review(None),),
        timeline=(item("reviewed", 3, "wren", "approved"),),
    )
    again = Snapshot.from_json(made.to_json())
    assert again == made
    assert again.digest == made.digest
    assert changes(made, again) == []


def test_a_renamed_login_and_an_uncovered_past_are_no_news() -> None:
    before = replace(
        OPEN, timeline=(item("commented", 5, "lark"), item("commented", 6, "wren")), timeline_truncated=True
    )
    renamed = (item("commented", 5, "skylark"), item("commented", 6, "wren"))
    assert changes(before, replace(before, timeline=renamed)) == []
    uncovered = (item("commented", 1, "finch"), *before.timeline)
    assert changes(before, replace(before, timeline=uncovered)) == []
    same_second = (*before.timeline, item("commented", 6, "lark"))
    assert [change.actor for change in changes(before, replace(before, timeline=same_second))] == ["lark"]


def test_a_team_that_may_no_longer_be_read_is_still_asked() -> None:
    before = replace(OPEN, review_requests=(asked("acme/web"), asked("wren")))
    hidden = replace(OPEN, review_requests=(asked("finch"),), requests_hidden=True)
    assert fill_gaps(before, hidden).review_requests == (asked("finch"), asked("acme/web"))
    told = replace(OPEN, review_requests=(asked("finch"),))
    assert fill_gaps(before, told).review_requests == (asked("finch"),)
