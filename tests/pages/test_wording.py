"""What rows, avatars, times and timelines say: pure functions, tested by tables and properties."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.pages.lists.row import row_id, row_of
from monitor.pages.lists.turn_cell import VERBS
from monitor.pages.wording import time_wording
from monitor.pages.wording.avatars import HUES, avatars_of, hue_of, initials_of
from monitor.pages.wording.change_wording import TimelineLine, just_changed_words, timeline_line
from monitor.pages.wording.plain_text import label_color, plain
from monitor.pages.wording.reason_wording import reasons_for
from monitor.pages.wording.stack_wording import stack_in_row, stack_steps
from monitor.pages.wording.timeline_wording import timeline_of
from monitor.rules.change_kinds import ChangeKind
from monitor.rules.merge_facts import AutoMerge, MergeQueueEntry
from monitor.rules.pull_request_document import build_document
from monitor.rules.stack_order import StackMember
from monitor.rules.turns import WaitCode
from tests.builders import T0, asked, at, item, merging, review, snapshot

NOW = datetime(2026, 3, 11, 14, 12, tzinfo=UTC)  # a Wednesday
NOBODY: dict[str, Any] = {"roles": [], "turn": None, "snoozed": None}


def written(**changed: Any) -> dict[str, Any]:
    """A stored document, with values from other rules put in by hand."""
    by_hand = {
        key: changed.pop(key) for key in ("turn", "code_owners", "waits_for", "stacked_on", "claimed") if key in changed
    }
    found: dict[str, Any] = json.loads(
        build_document("acme/web", "https://github.com/acme/web/pull/1", snapshot(**changed), (), as_of=T0)
    )
    return {**found, **by_hand}


def turn(code: str, login: str | None = "heron", team: str | None = None, as_: str = "reviewer") -> dict[str, Any]:
    return {
        "login": login,
        "team": team,
        "as": as_,
        "code": code,
        "reason": f"because of {code}",
        "since": "2026-03-02T08:00:00Z",
    }


def mine(code: str, *roles: str) -> dict[str, Any]:
    return {
        "roles": list(roles),
        "turn": {key: turn(code)[key] for key in ("code", "reason", "since")},
        "snoozed": None,
    }


CODES = (
    "review_requested", "team_requested", "changes_requested", "comments", "author_responded", "new_commits",
    "checks_failing", "conflicts", "ready_to_merge", "needs_approval", "left_queue", "no_reviewer",
)  # fmt: skip


def test_every_code_of_a_turn_has_a_verb() -> None:
    assert set(VERBS) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_my_turn_is_a_verb_with_the_reason_and_since_when(code: str) -> None:
    row = row_of(written(turn=[turn(code)]), mine(code, "review_requested"), "heron")
    assert (row.turn_cell, row.reason, row.group) == (VERBS[code], f"because of {code}", "turn")
    assert (row.since, row.since_words) == (T0 - timedelta(hours=1), "your turn")


@pytest.mark.parametrize(
    ("changed", "turn_cell"),
    [
        ({"turn": [turn("review_requested", "Wren")]}, "Wren"),
        ({"turn": [turn("team_requested", None, "acme/platform")]}, "platform"),
        ({"draft": True}, "Draft"),
        ({"state": "merged", "draft": True, "merged_at": at(3)}, "Merged"),
        ({"state": "closed", "turn": [turn("conflicts")]}, "Closed"),
        ({}, "No review"),
        ({"reviews": (review("wren"),)}, "Approved"),
        ({"reviews": (review("wren", "changes_requested"),)}, "Changes"),
        ({"review_requests": (asked("wren"),)}, "In review"),
    ],
)
def test_where_it_is_not_my_turn_the_turn_cell_says_whose_or_how_it_stands(
    changed: dict[str, Any], turn_cell: str
) -> None:
    row = row_of(written(**changed), NOBODY)
    assert (row.turn_cell.words, row.turn_cell.tone) == (turn_cell, "wait")


@pytest.mark.parametrize(
    ("roles", "reason"),
    [
        (["author"], "yours"),
        (["assigned", "reviewed"], "assigned to you"),
        (["team_requested", "author"], "your team’s review is requested"),
        (["code_owner"], "you own code it changes"),
        (["reviewed"], "you took part"),
        ([], ""),
    ],
)
def test_without_a_turn_the_reason_is_my_role(roles: list[str], reason: str) -> None:
    assert row_of(written(), {**NOBODY, "roles": roles}, "heron").reason == reason


def waits(code: str, reason: str = "") -> dict[str, str]:
    return {"code": code, "reason": reason or f"because of {code}", "since": "2026-03-02T08:00:00Z"}


QUEUE = {"merging": merging(merge_queue=MergeQueueEntry(2, at(5)))}


@pytest.mark.parametrize("code", get_args(WaitCode))
def test_every_code_of_a_wait_has_a_chip_and_its_reason(code: str) -> None:
    row = row_of(written(waits_for=waits(code)), {**NOBODY, "roles": ["author"]}, "heron")
    assert (row.turn_cell.tone, row.turn_cell.words != "Waits") == ("wait", True)
    assert row.reason == f"because of {code}"
    assert (row.since, row.since_words != "since an update") == (T0 - timedelta(hours=1), True)


@pytest.mark.parametrize(
    ("changed", "chip", "reason", "lasting"),
    [
        ({"waits_for": waits("merge_queue", "in the merge queue"), **QUEUE}, "In queue", "in the merge queue, position 2", "in the queue"),
        ({"waits_for": waits("auto_merge")}, "Auto-merge", "because of auto_merge", "waiting"),
        ({"waits_for": waits("stacked", "waits for #12"), "stacked_on": 12}, "Stacked", "waits for", "waiting"),
        ({"waits_for": waits("draft"), "draft": True}, "Draft", "", "as a draft"),
        ({"waits_for": waits("some_new_code")}, "Waits", "because of some_new_code", "waiting"),
    ],
)  # fmt: skip
def test_nobodys_turn_says_what_it_waits_for(changed: dict[str, Any], chip: str, reason: str, lasting: str) -> None:
    row = row_of(written(**changed), NOBODY)
    assert (row.turn_cell.words, row.reason, row.since_words) == (chip, reason, lasting)


def test_a_stack_is_a_link_to_what_is_below() -> None:
    waiting = row_of(written(waits_for=waits("stacked", "waits for #12"), stacked_on=12), NOBODY)
    assert (waiting.below, waiting.waits_below, waiting.below_address) == (12, True, "/pull-requests/acme/web/12")
    in_review = row_of(written(turn=[turn("review_requested", "wren")], stacked_on=12), NOBODY)
    assert (in_review.below, in_review.waits_below) == (12, False)


def member(number: int) -> StackMember:
    return StackMember(number, f"Change {number}", draft=False, review_state="approved")


@pytest.mark.parametrize(
    ("size", "place", "numbers", "before", "after"),
    [
        (2, 1, [0, 1], 0, 0),
        (5, 0, [0, 1, 2, 3, 4], 0, 0),
        (9, 0, [0, 1, 2, 3, 4], 0, 4),
        (9, 4, [2, 3, 4, 5, 6], 2, 2),
        (9, 8, [4, 5, 6, 7, 8], 4, 0),
    ],
)
def test_a_row_shows_the_steps_of_its_stack_around_its_own(
    size: int, place: int, numbers: list[int], before: int, after: int
) -> None:
    shown = stack_in_row(stack_steps("acme/web", place, [member(number) for number in range(size)]))
    assert [step.number for step in shown.steps] == numbers
    assert [step.number for step in shown.steps if step.here] == [place]
    assert (shown.more_before, shown.more_after) == (before, after)


ASKED: dict[str, Any] = {"review_requests": (asked("heron"),), "merging": merging(decision="approved")}
ON_IT = {"login": "wren", "since": "2026-03-02T08:00:00Z", "until": "2026-03-03T08:00:00Z"}


@pytest.mark.parametrize(
    ("changed", "marks"),
    [
        ({}, ()),
        ({"merging": merging(unresolved_threads=1)}, ("1 unresolved thread",)),
        ({"merging": merging(unresolved_threads=2), "state": "merged"}, ()),
        ({"merging": merging(auto_merge=AutoMerge("wren", T0)), "turn": [turn("review_requested", "wren")]}, ("auto-merge on",)),
        ({"merging": merging(auto_merge=AutoMerge("wren", T0)), "waits_for": waits("auto_merge")}, ()),
        (ASKED, ("approved without you",)),
        ({**ASKED, "merging": merging(decision="review_required")}, ()),
        ({**ASKED, "reviews": (review("Heron"),)}, ()),
        ({**ASKED, "claimed": ON_IT}, ()),
        ({**ASKED, "review_requests": (asked("acme/web"),)}, ()),
    ],
)  # fmt: skip
def test_what_is_worth_a_word_beside_the_reason(changed: dict[str, Any], marks: tuple[str, ...]) -> None:
    asks_me = any(one.name == "heron" for one in changed.get("review_requests", ()))
    assert (
        row_of(written(**changed), {**NOBODY, "roles": ["review_requested"] if asks_me else []}, "heron").marks == marks
    )


def test_the_longest_wait_comes_first_where_it_is_my_turn_and_the_newest_elsewhere() -> None:
    early, late = (written(updated_at=at(minutes)) for minutes in (1, 2))
    assert row_of(late, NOBODY).order < row_of(early, NOBODY).order
    old, new = mine("comments"), mine("comments")
    new["turn"]["since"] = "2026-03-02T08:30:00Z"
    assert row_of(early, old).order < row_of(early, new).order


def test_avatars_show_the_state_of_each_review_the_reader_first() -> None:
    found = written(
        author="lark",
        review_requests=(asked("Wren"), asked("acme/platform")),
        reviews=(review("wren", "approved"), review("heron", "changes_requested")),
        turn=[turn("author_responded", "wren")],
    )
    shown = [(one.name, one.team, one.you, one.has_turn, one.badge_icon) for one in avatars_of(found, "heron")]
    assert shown == [
        ("heron", False, True, False, "x"),
        ("wren", False, False, True, "check"),
        ("acme/platform", True, False, False, "clock"),
    ]
    assert avatars_of(found, "heron")[1].words == "wren: approved, their turn"


@pytest.mark.parametrize(
    ("lines", "size"), [(0, "XS"), (10, "XS"), (11, "S"), (30, "S"), (31, "M"), (100, "M"), (500, "L"), (501, "XL")]
)
def test_sizes(lines: int, size: str) -> None:
    assert row_of(written(additions=lines, deletions=0), {}).size == size


def test_the_id_of_a_row() -> None:
    assert row_id("acme/design-system", 88) == "pr-acme/design-system/88"


@pytest.mark.parametrize("kind", [*ChangeKind, "something_new"])
def test_every_kind_of_change_has_words(kind: str) -> None:
    line = timeline_line({"kind": kind, "actor": None, "login": "wren"})
    assert line.action
    assert line.icon
    assert "_" not in line.action


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "claimed", "actor": "wren"}, "wren is on it"),
        ({"kind": "unclaimed", "actor": "wren"}, "wren gave it back"),
        ({"kind": "unclaimed", "actor": "lark"}, "lark took it off wren"),
        ({"kind": "unclaimed", "actor": None}, "wren is not on it any more: the time was over"),
        ({"kind": "turn_changed", "actor": None}, "Whose turn it is changed"),
    ],
)
def test_what_happens_here_in_words(change: dict[str, Any], words: str) -> None:
    assert spoken(timeline_line({**change, "login": "wren"} if change["kind"] != "turn_changed" else change)) == words


def spoken(line: TimelineLine) -> str:
    """The line as a reader sees it."""
    return " ".join(word for word in (line.actor + line.ending, line.action, line.subject, line.suffix) if word)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "queued", "actor": "wren"}, "Added to the merge queue by wren"),
        ({"kind": "queued", "actor": None}, "Added to the merge queue"),
        ({"kind": "unqueued", "actor": None, "reason": "failed_checks"}, "Removed from the merge queue: failed checks"),
        ({"kind": "unqueued", "actor": "bot", "reason": "CI_FAILURE"}, "Removed from the merge queue: failed checks, by bot"),
        ({"kind": "unqueued", "actor": "wren", "reason": "MANUAL"}, "Removed from the merge queue by wren"),
        ({"kind": "unqueued", "actor": None, "reason": None}, "Removed from the merge queue"),
        ({"kind": "unqueued", "actor": None, "reason": "The base was\u202e changed."}, "Removed from the merge queue: The base was changed"),
        ({"kind": "auto_merge_enabled", "actor": "wren"}, "Auto-merge on, by wren"),
        ({"kind": "auto_merge_disabled", "actor": None}, "Auto-merge off"),
        ({"kind": "decision_changed", "actor": None, "from": "approved", "to": "review_required"}, "Decision: approved → review required"),
        ({"kind": "decision_changed", "actor": None, "from": None, "to": "changes_requested"}, "Decision: no review required → changes requested"),
        ({"kind": "stack_changed", "actor": None, "from": None, "to": 12}, "Now stacked on #12"),
        ({"kind": "stack_changed", "actor": None, "from": 11, "to": 12}, "Now stacked on #12"),
        ({"kind": "stack_changed", "actor": None, "from": 12, "to": None}, "No longer stacked on #12"),
        (
            {"kind": "reviewed", "actor": "lark", "reviewer": "bob", "state": "dismissed", "by_push": True},
            "bob’s approval went stale with new commits",
        ),
        ({"kind": "reviewed", "actor": "lark", "reviewer": "bob", "state": "dismissed", "by_push": False}, "bob had their review dismissed"),
    ],
)  # fmt: skip
def test_what_happens_about_the_merge_in_words(change: dict[str, Any], words: str) -> None:
    assert spoken(timeline_line(change)) == words


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_every_kind_of_change_has_words_for_just_now(kind: str) -> None:
    assert just_changed_words([kind], written())


@pytest.mark.parametrize(
    ("kinds", "changed", "words"),
    [
        (["checks_changed"], {"ci": "success"}, "Checks passed"),
        (["checks_changed", "pushed"], {"ci": "pending"}, "Checks running, new commits"),
        (["labeled", "unlabeled", "labeled"], {}, "Labels changed"),
        (["reviewed"], {"reviews": (review("wren"),)}, "Approved"),
        (["mergeability_changed"], {"mergeable": "conflicting"}, "Conflicts"),
        (["assigned", "commented", "retitled", "pushed"], {}, "Assignees changed, new comment, new title"),
        (["queued"], {}, "In the merge queue"),
        (["decision_changed"], {"merging": merging(decision="review_required")}, "Another approval needed"),
        (["decision_changed"], {"merging": merging(decision="approved")}, "Enough approvals"),
        (["stack_changed", "auto_merge_enabled"], {"stacked_on": 12}, "Stacked on #12, auto-merge on"),
        (["stack_changed"], {}, "Not stacked any more"),
        (["nonsense", "<b>"], {}, ""),
    ],
)
def test_what_just_changed(kinds: list[str], changed: dict[str, Any], words: str) -> None:
    assert just_changed_words(kinds, written(**changed)) == words


def test_a_story_goes_from_githubs_timeline_to_our_events() -> None:
    timeline = (
        item("commented", 1, "wren"),
        item("review_dismissed", 2, "heron", "wren"),
        item("reviewed", 5, "lark", "approved"),
    )
    event = {
        "occurred_at": "2026-03-02T09:06:00Z",
        "changes": [{"kind": "reviewed", "actor": "lark", "reviewer": "lark", "state": "approved"}],
    }
    told = timeline_of(snapshot(timeline=timeline), [event])
    assert [(line.actor, line.action) for entry in reversed(told) for line in entry.lines] == [
        ("heron", "opened it"),
        ("wren", "commented"),
        ("heron", "dismissed the review of"),
        ("lark", "approved"),
    ]


def test_nobody_is_blamed_for_an_approval_that_a_push_made_stale() -> None:
    stale = replace(item("review_dismissed", 2, "heron", "wren"), by_push=True)
    left = item("unqueued", 3, None, "merge_conflict")
    told = timeline_of(snapshot(timeline=(item("reviewed", 1, "wren", "approved"), stale, left)), [])
    assert [spoken(line) for entry in reversed(told) for line in entry.lines] == [
        "heron opened it",
        "wren approved",
        "wren’s approval went stale with new commits",
        "Removed from the merge queue: conflicts",
    ]


def test_of_one_moment_a_story_tells_the_opening_last() -> None:
    together = (item("review_requested", 0, "heron", "wren"),)
    told = timeline_of(snapshot(timeline=together), [])
    assert [line.action for entry in told for line in entry.lines] == ["asked", "opened it"]


def test_a_line_of_codeowners_is_shown_with_all_its_owners() -> None:
    rule = {"rule": "/pipelines/", "line": 1, "paths": ["pipelines/daily.py"], "paths_total": 1}
    owners = [{**rule, "owner": "@teasel"}, {**rule, "owner": "@Wren"}, {**rule, "owner": "@lark", "line": 2}]
    (reason,) = reasons_for(written(code_owners=owners), ["code_owner"], "wren", ())
    assert [(one["line"], one["owner"]) for one in reason.rules] == [(1, "@teasel @Wren")]


# Texts


@given(st.text(max_size=500))
def test_a_text_is_one_line_without_control_or_direction_marks(text: str) -> None:
    shown = plain(text, 40)
    assert len(shown) <= 40
    assert shown == shown.strip()
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in shown)
    assert not set(shown) & {"\u202a", "\u202e", "\u2066", "\u2069", "\u200f", "\u2028"}
    shown.encode()  # no half of a surrogate pair: it could not be sent


@given(st.text(max_size=60))
def test_a_name_always_has_a_face(name: str) -> None:
    assert 0 <= hue_of(name) < HUES
    assert hue_of(name.upper()) == hue_of(name.upper().lower()) or name.lower() != name.upper().lower()
    assert 1 <= len(initials_of(name)) <= 4


def test_words_of_other_scripts_stay_whole() -> None:
    assert plain("שלום café 日本語 👩‍💻") == "שלום café 日本語 👩‍💻"


@pytest.mark.parametrize(
    ("color", "shown"), [("D1242F", "#d1242f"), ('"/><x', "#868d99"), ("", "#868d99"), ("fff", "#868d99")]
)
def test_colours(color: str, shown: str) -> None:
    assert label_color(color) == shown


# Times


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"), (59.9, "59 s"), (60, "1 m"), (3599, "59 m"), (3600, "1 h"), (22_200, "6 h 10 m"), (86_399, "23 h 59 m"),
        (86_400, "1 d"), (100_800, "1 d 4 h"), (1_209_599, "13 d 23 h"), (1_209_600, "14 d"), (1e8, "1157 d"),
    ],
)  # fmt: skip
def test_durations(seconds: float, words: str) -> None:
    assert time_wording.duration(seconds) == words


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=8), "8 s ago"),
        (timedelta(minutes=50), "50 m ago"),
        (timedelta(hours=2), "12:12"),
        (timedelta(days=5), "Fri 14:12"),
        (timedelta(days=6), "5 Mar 14:12"),
        (timedelta(days=80), "21 Dec 2025"),
    ],
)
def test_how_long_ago(before: timedelta, words: str) -> None:
    assert time_wording.ago(NOW - before, NOW) == words


@pytest.mark.parametrize(
    ("after", "words"),
    [(-1, "now"), (0, "now"), (12, "in 12 s"), (720, "in 12 m"), (7200, "at 16:12"), (86_400, "at Thu 14:12")],
)
def test_when_it_happens_by_itself(after: int, words: str) -> None:
    assert time_wording.until(NOW + timedelta(seconds=after), NOW) == words


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(hours=1), "15:12"),
        (timedelta(days=1), "Thu"),
        (timedelta(days=6), "Tue"),
        (timedelta(days=7), "18 Mar"),
        (timedelta(days=365), "11 Mar 2027"),
    ],
)
def test_until_when_somebody_is_away(after: timedelta, words: str) -> None:
    assert time_wording.day_of_return(NOW + after, NOW) == words


@pytest.mark.parametrize(
    ("before", "words"), [(0, "Today"), (1, "Yesterday"), (3, "Sunday"), (6, "5 March 2026"), (-1, "12 March 2026")]
)
def test_days(before: int, words: str) -> None:
    assert time_wording.day(NOW - timedelta(days=before), NOW) == words
