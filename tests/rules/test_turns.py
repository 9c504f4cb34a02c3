"""Whose turn it is: a table of situations, and special cases of GitHub, each as the snapshots that GitHub shows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.claim_effects import apply_claim
from monitor.rules.review_request_ledger import ReviewRequestEntry, update_ledger
from monitor.rules.review_state import review_state
from monitor.rules.snapshot import RequestedReviewer, Review, Snapshot, TimelineItem
from monitor.rules.turns import ObservedTimes, Turn, TurnCode, turns
from tests.builders import asked, at, item, review, snapshot

TEAM = {"acme/web": {"wren", "finch"}}
HEAD, OLD = "a" * 40, "c" * 40  # the head of a snapshot, and a commit before it


def as_lines(found: Sequence[Turn]) -> list[tuple[str, str, str]]:
    """For each turn who, why in words, and since which minute."""
    return [
        (turn.login or f"({turn.team})", turn.reason, f"{(turn.since - at(0)).total_seconds() / 60:g}")
        for turn in found
    ]


def turns_after(
    *looks: Snapshot,
    members: dict[str, set[str]] = TEAM,
    pushed: float = 0,
    failing: float | None = None,
    conflicting: float | None = None,
) -> list[tuple[str, str, str]]:
    """The turns after one or several snapshots; the ledger is carried from each to the next."""
    entries: list[ReviewRequestEntry] = []
    for look in looks:
        entries = update_ledger(entries, look, max([look.updated_at, *(one.at for one in look.timeline)]), members)
    marks = ObservedTimes(
        at(pushed), None if failing is None else at(failing), None if conflicting is None else at(conflicting)
    )
    return as_lines(turns(looks[-1], entries, marks, members))


def request(who: str, minute: float, by: str | None = "heron") -> TimelineItem:
    return item("review_requested", minute, by, who)


def reviewed(who: str, minute: float, state: str = "approved") -> TimelineItem:
    return item("reviewed", minute, who, state)


def commented(who: str, minute: float) -> TimelineItem:
    return item("commented", minute, who)


def pull_request(
    *timeline: TimelineItem, wants: Sequence[str] = (), reviews: Sequence[Review] = (), **changed: Any
) -> Snapshot:
    return snapshot(
        timeline=timeline, review_requests=tuple(asked(name) for name in wants), reviews=tuple(reviews), **changed
    )


WREN = request("wren", 1)
WEB = request("acme/web", 1)
APPROVED = review("wren", "approved", 5, HEAD)
CHANGES = review("wren", "changes_requested", 5, HEAD)
CHANGES_OLD = review("wren", "changes_requested", 5, OLD)
COMMENTS = review("wren", "commented", 5)
BOT_ASKED = RequestedReviewer("user", "copilot", is_bot=True)
ASKED_OF_WREN = ("wren", "review requested by heron", "1")
ASKED_OF_TEAM = [("finch", "review requested from team web", "1"), ("wren", "review requested from team web", "1")]
NO_REVIEWER = ("heron", "no reviewer yet", "0")
READY = ("heron", "approved, ready to merge", "5")

Row = tuple[str, Snapshot, dict[str, Any], list[tuple[str, str, str]]]
TABLE: list[Row] = [
    # 1. nobody's
    ("merged", pull_request(WREN, wants=["wren"], state="merged", merged_at=at(9)), {}, []),
    ("closed", pull_request(WREN, wants=["wren"], state="closed", closed_at=at(9)), {}, []),
    ("a draft", pull_request(WREN, wants=["wren"], draft=True), {}, []),
    ("a draft with failing checks and conflicts", pull_request(draft=True, ci="failure", mergeable="conflicting"), {}, []),
    ("a closed one with changes requested", pull_request(reviews=[CHANGES], state="closed"), {}, []),
    # 2. a person who is asked
    ("asked", pull_request(WREN, wants=["wren"]), {}, [ASKED_OF_WREN]),
    ("asked by somebody else", pull_request(request("wren", 1, "finch"), wants=["wren"]), {}, [("wren", "review requested by finch", "1")]),
    ("asked, nobody knows by whom", pull_request(request("wren", 1, None), wants=["wren"]), {}, [("wren", "review requested", "1")]),
    ("two are asked", pull_request(WREN, request("lark", 3), wants=["wren", "lark"]), {}, [ASKED_OF_WREN, ("lark", "review requested by heron", "3")]),
    ("asked before it was ready", pull_request(WREN, item("ready_for_review", 7, "heron"), wants=["wren"]), {}, [("wren", "review requested by heron", "7")]),
    ("asked, then a draft, then ready again", pull_request(WREN, item("ready_for_review", 2, "heron"), item("drafted", 5, "heron"), item("ready_for_review", 9, "heron"), wants=["wren"]), {}, [("wren", "review requested by heron", "9")]),
    ("asked, closed and reopened", pull_request(WREN, item("closed", 3, "heron"), item("reopened", 8, "heron"), wants=["wren"]), {}, [("wren", "review requested by heron", "8")]),
    ("asked twice while it is pending", pull_request(WREN, request("wren", 4, "finch"), wants=["wren"]), {}, [ASKED_OF_WREN]),
    ("asked, and somebody else commented", pull_request(WREN, commented("lark", 3), wants=["wren"]), {}, [ASKED_OF_WREN]),
    ("asked, and somebody else approved", pull_request(WREN, reviewed("lark", 3), wants=["wren"], reviews=[review("lark", minutes=3)]), {}, [ASKED_OF_WREN]),
    ("asked again after an approval", pull_request(WREN, reviewed("wren", 5), request("wren", 8), wants=["wren"], reviews=[APPROVED]), {}, [("wren", "review requested again by heron", "8")]),
    ("asked again after a change request", pull_request(WREN, reviewed("wren", 5, "changes_requested"), request("wren", 8), wants=["wren"], reviews=[CHANGES]), {}, [("wren", "review requested again by heron", "8")]),
    ("asked, with failing checks: both", pull_request(WREN, wants=["wren"], ci="failure"), {"failing": 4}, [ASKED_OF_WREN, ("heron", "checks failing", "4")]),
    ("a bot is asked", replace(pull_request(), review_requests=(BOT_ASKED,)), {}, [NO_REVIEWER]),
    ("the author is asked", pull_request(request("heron", 1, "wren"), wants=["heron"]), {}, [NO_REVIEWER]),
    ("the author is asked, in other letters", pull_request(request("Heron", 1, "wren"), wants=["Heron"], reviews=[APPROVED]), {}, [READY]),
    # 3. a team
    ("a team is asked", pull_request(WEB, wants=["acme/web"]), {}, ASKED_OF_TEAM),
    ("a team with the author in it", pull_request(WEB, wants=["acme/web"], author="finch"), {}, ASKED_OF_TEAM[1:]),
    ("a team whose members are unknown", pull_request(WEB, wants=["acme/web"]), {"members": {}}, [("(acme/web)", "review requested from team web (members unknown)", "1")]),
    ("a team without members", pull_request(WEB, wants=["acme/web"]), {"members": {"acme/web": set()}}, [NO_REVIEWER]),
    ("a team, in other letters", pull_request(request("Acme/Web", 1), wants=["Acme/Web"]), {}, [(who, "review requested from team Web", since) for who, _, since in ASKED_OF_TEAM]),
    ("a team and one of it directly", pull_request(WEB, request("wren", 2), wants=["acme/web", "wren"]), {}, [("wren", "review requested by heron", "2"), ASKED_OF_TEAM[0]]),
    ("two teams share a member", pull_request(WEB, request("acme/db", 2), wants=["acme/web", "acme/db"]), {"members": TEAM | {"acme/db": {"wren", "lark"}}}, [*ASKED_OF_TEAM, ("lark", "review requested from team db", "2")]),
    ("one of the team reviewed though GitHub still lists it", pull_request(WEB, reviewed("wren", 4), wants=["acme/web"], reviews=[APPROVED]), {}, [READY]),
    ("somebody outside the team reviewed", pull_request(WEB, reviewed("lark", 4), wants=["acme/web"], reviews=[review("lark", minutes=4)]), {}, ASKED_OF_TEAM),
    ("the team is asked again after one of it reviewed", pull_request(WEB, reviewed("wren", 4), request("acme/web", 8), wants=["acme/web"], reviews=[APPROVED]), {}, [(who, reason, "8") for who, reason, _ in ASKED_OF_TEAM]),
    # 4. changes requested
    ("changes requested", pull_request(reviewed("wren", 5, "changes_requested"), reviews=[CHANGES]), {}, [("heron", "changes requested by wren", "5")]),
    ("changes requested by two", pull_request(reviews=[CHANGES, review("lark", "changes_requested", 4, HEAD)]), {}, [("heron", "changes requested by lark and wren", "4")]),
    ("changes requested by three", pull_request(reviews=[CHANGES, review("lark", "changes_requested", 4, HEAD), review("teal", "changes_requested", 6, HEAD)]), {}, [("heron", "changes requested by lark, wren and teal", "4")]),
    ("changes requested, then pushed", pull_request(reviews=[CHANGES_OLD]), {"pushed": 8}, [("wren", "new commits since your review", "8")]),
    ("changes requested, then answered", pull_request(commented("heron", 8), reviews=[CHANGES]), {}, [("wren", "author responded", "8")]),
    ("changes requested, pushed, then answered", pull_request(commented("heron", 9), reviews=[CHANGES_OLD]), {"pushed": 8}, [("wren", "new commits since your review", "8")]),
    ("answered first, then pushed", pull_request(commented("heron", 7), reviews=[CHANGES_OLD]), {"pushed": 8}, [("wren", "new commits since your review", "7")]),
    ("the author had spoken before the review", pull_request(commented("heron", 3), reviews=[CHANGES]), {}, [("heron", "changes requested by wren", "5")]),
    ("changes requested, then a third person commented", pull_request(commented("lark", 8), reviews=[CHANGES]), {}, [("heron", "changes requested by wren", "5")]),
    ("changes requested and approved by another", pull_request(reviews=[CHANGES, review("lark", minutes=6)]), {}, [("heron", "changes requested by wren", "5")]),
    ("changes requested, then dismissed", pull_request(reviewed("wren", 5, "changes_requested"), item("review_dismissed", 7, "heron", "wren"), reviews=[replace(CHANGES, state="dismissed")]), {}, [("heron", "no reviewer yet", "7")]),
    ("changes requested, answered, and commented on once more", pull_request(reviewed("wren", 5, "changes_requested"), commented("heron", 7), reviewed("wren", 9, "commented"), reviews=[CHANGES]), {}, [("heron", "changes requested by wren", "9")]),
    ("changes requested by a bot", pull_request(reviews=[replace(CHANGES, reviewer="lint", is_bot=True)]), {}, [("heron", "changes requested by lint", "5")]),
    ("a bot that asked for changes is answered", pull_request(commented("heron", 8), reviews=[replace(CHANGES, reviewer="lint", is_bot=True)]), {}, [("heron", "changes requested by lint", "5")]),
    ("changes requested of a bot", pull_request(reviews=[CHANGES], author="dependabot", author_is_bot=True), {}, []),
    ("a bot pushed after changes were requested", pull_request(reviews=[CHANGES_OLD], author="dependabot", author_is_bot=True), {"pushed": 8}, [("wren", "new commits since your review", "8")]),
    # 4b. comments only
    ("reviewed with comments", pull_request(reviewed("wren", 5, "commented"), reviews=[COMMENTS]), {}, [("heron", "comments by wren", "5")]),
    ("… then pushed", pull_request(reviewed("wren", 5, "commented"), reviews=[COMMENTS]), {"pushed": 8}, [("wren", "author responded", "8")]),
    ("… then answered", pull_request(reviewed("wren", 5, "commented"), commented("heron", 8), reviews=[COMMENTS]), {}, [("wren", "author responded", "8")]),
    ("comments beside a change request", pull_request(reviews=[CHANGES, review("lark", "commented", 6)]), {}, [("heron", "changes requested by wren", "5"), ("heron", "comments by lark", "6")]),
    ("a bot's comments are not a review", pull_request(reviews=[replace(COMMENTS, reviewer="codecov", is_bot=True)]), {}, [NO_REVIEWER]),
    ("a mere comment of somebody nobody asked", pull_request(commented("lark", 4)), {}, [NO_REVIEWER]),
    # 5. checks and conflicts
    ("checks failing", pull_request(reviews=[APPROVED], ci="failure"), {"failing": 8}, [("heron", "checks failing", "8")]),
    ("checks failing at the first look", pull_request(reviews=[APPROVED], ci="failure"), {"pushed": 3}, [("heron", "checks failing", "3")]),
    ("conflicts", pull_request(reviews=[APPROVED], mergeable="conflicting"), {"conflicting": 8}, [("heron", "conflicts with main", "8")]),
    ("conflicts with another base", pull_request(reviews=[APPROVED], mergeable="conflicting", base="next"), {}, [("heron", "conflicts with next", "0")]),
    ("both, and nobody asked", pull_request(ci="failure", mergeable="conflicting"), {}, [("heron", "checks failing", "0"), ("heron", "conflicts with main", "0"), NO_REVIEWER]),
    ("a bot's checks fail", pull_request(ci="failure", author="dependabot", author_is_bot=True), {}, []),
    # 6. ready to merge
    ("approved", pull_request(reviewed("wren", 5), reviews=[APPROVED]), {}, [READY]),
    ("approved, checks running", pull_request(reviews=[APPROVED], ci="pending"), {}, []),
    ("approved, no checks, mergeability unknown", pull_request(reviews=[APPROVED], ci="none", mergeable="unknown"), {}, [READY]),
    ("approved, checks may not be read", pull_request(reviews=[APPROVED], ci="unknown"), {}, [("heron", "approved, ready to merge (checks not known)", "5")]),
    ("approved after the checks failed", pull_request(reviews=[APPROVED]), {"failing": 9}, [("heron", "approved, ready to merge", "9")]),
    ("approved, then the conflict was gone", pull_request(reviews=[APPROVED]), {"conflicting": 9}, [("heron", "approved, ready to merge", "9")]),
    ("approved by two: since the first", pull_request(reviews=[APPROVED, review("lark", minutes=9)]), {}, [READY]),
    ("approved, then who wanted changes approved too", pull_request(reviewed("lark", 3, "changes_requested"), reviewed("wren", 5), reviewed("lark", 9), reviews=[APPROVED, review("lark", minutes=9)]), {}, [("heron", "approved, ready to merge", "9")]),
    ("approved, then the last request was taken back", pull_request(request("lark", 2), item("review_request_removed", 9, "heron", "lark"), reviews=[APPROVED]), {}, [("heron", "approved, ready to merge", "9")]),
    ("approved, and another is asked", pull_request(request("lark", 2), wants=["lark"], reviews=[APPROVED]), {}, [("lark", "review requested by heron", "2")]),
    ("approved, and a bot is asked", replace(pull_request(reviews=[APPROVED]), review_requests=(BOT_ASKED,)), {}, [READY]),
    ("approved by a bot alone", pull_request(reviews=[replace(APPROVED, reviewer="approver", is_bot=True)]), {}, [NO_REVIEWER]),
    ("approved and commented on by another", pull_request(reviews=[APPROVED, review("lark", "commented", 6)]), {}, [("heron", "comments by lark", "6"), READY]),
    ("a bot's approved", pull_request(reviews=[APPROVED], author="dependabot", author_is_bot=True), {}, []),
    # 7. nobody looks
    ("nobody is asked", pull_request(), {}, [NO_REVIEWER]),
    ("nobody is asked, since it became ready", pull_request(item("ready_for_review", 6, "heron")), {}, [("heron", "no reviewer yet", "6")]),
    ("the only request was taken back", pull_request(WREN, item("review_request_removed", 4, "heron", "wren")), {}, [("heron", "no reviewer yet", "4")]),
    ("the author's own review is none", pull_request(reviews=[review("heron", "commented", 3)]), {}, [NO_REVIEWER]),
    ("a deleted account's approval", pull_request(reviews=[review(None, "approved", 3)]), {}, [NO_REVIEWER]),
    ("a bot opened it and asked nobody", pull_request(author="dependabot", author_is_bot=True), {}, []),
]  # fmt: skip


@pytest.mark.parametrize(("look", "given", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_turns(look: Snapshot, given: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert turns_after(look, **given) == expected


def test_the_table_knows_every_code() -> None:
    words = {reason for *_, expected in TABLE for _, reason, _ in expected}
    found = {
        turn.code
        for _, look, given, _ in TABLE
        for turn in turns(look, update_ledger([], look, at(20), TEAM), ObservedTimes(at(given.get("pushed", 0))), TEAM)
    }
    assert found == set(get_args(TurnCode)) - {"needs_approval", "left_queue"}  # see test_merge_turns.py
    assert {"review requested by heron", "comments by wren", "checks failing", "author responded"} <= words


# The traps: what GitHub forgets, and what it goes on saying


def test_review_decision_stays_approved_after_a_new_request_but_ours_does_not() -> None:
    done = pull_request(WREN, reviewed("wren", 5), reviews=[APPROVED])
    assert turns_after(done) == [READY]
    again = pull_request(WREN, reviewed("wren", 5), request("wren", 8), wants=["wren"], reviews=[APPROVED])
    assert turns_after(done, again) == [("wren", "review requested again by heron", "8")]
    assert review_state(again) == "waiting"


def test_a_team_request_vanishes_when_one_of_the_team_reviews() -> None:
    waiting = pull_request(WEB, wants=["acme/web"])
    assert turns_after(waiting) == ASKED_OF_TEAM
    done = pull_request(WEB, reviewed("wren", 5), reviews=[APPROVED])
    assert turns_after(waiting, done) == [READY]
    comments = pull_request(WEB, reviewed("wren", 5, "commented"), reviews=[COMMENTS])
    assert turns_after(waiting, comments) == [("heron", "comments by wren", "5")]


def test_a_team_request_that_vanished_is_remembered_as_reviewed_also_by_one_who_has_left_the_team_since() -> None:
    waiting = pull_request(WEB, wants=["acme/web"])
    entries = update_ledger([], waiting, at(2), TEAM)
    gone = pull_request(WEB, reviewed("wren", 5), reviews=[APPROVED], updated_at=at(5))
    (entry,) = update_ledger(entries, gone, at(6), {"acme/web": {"finch"}})
    assert (entry.settled, entry.settled_by, entry.settled_at) == ("reviewed", "wren", at(5))


@pytest.mark.parametrize("as_a_review", [True, False])
def test_my_request_vanishes_when_i_comment_and_the_ball_is_with_the_author(as_a_review: bool) -> None:
    waiting = pull_request(WREN, wants=["wren"])
    comment = reviewed("wren", 5, "commented") if as_a_review else commented("wren", 5)
    done = pull_request(WREN, comment, reviews=[COMMENTS] if as_a_review else [])
    assert turns_after(waiting, done) == [("heron", "comments by wren", "5")]
    answered = pull_request(WREN, comment, commented("heron", 9), reviews=[COMMENTS] if as_a_review else [])
    assert turns_after(waiting, done, answered) == [("wren", "author responded", "9")]


def test_a_comment_that_leaves_my_request_in_place_leaves_my_turn() -> None:
    assert turns_after(
        pull_request(WREN, wants=["wren"]), pull_request(WREN, commented("wren", 5), wants=["wren"])
    ) == [ASKED_OF_WREN]


def test_draft_and_ready_start_the_clock_anew() -> None:
    ready = pull_request(WREN, wants=["wren"])
    draft = pull_request(WREN, item("drafted", 5, "heron"), wants=["wren"], draft=True)
    again = pull_request(WREN, item("drafted", 5, "heron"), item("ready_for_review", 9, "heron"), wants=["wren"])
    assert turns_after(ready) == [ASKED_OF_WREN]
    assert turns_after(ready, draft) == []
    assert turns_after(ready, draft, again) == [("wren", "review requested by heron", "9")]


def test_a_deleted_author_has_no_turn_but_reviewers_have() -> None:
    gone: dict[str, Any] = {"author": None}
    assert turns_after(pull_request(WREN, wants=["wren"], ci="failure", **gone)) == [ASKED_OF_WREN]
    assert turns_after(pull_request(reviews=[CHANGES], **gone)) == []
    assert turns_after(pull_request(reviews=[CHANGES_OLD], **gone), pushed=8) == [
        ("wren", "new commits since your review", "8")
    ]
    # Somebody deleted is not the author only because both are nobody.
    assert turns_after(pull_request(item("commented", 8, None), reviews=[CHANGES], **gone)) == []


def test_a_reviewer_whose_account_is_gone_is_not_waited_for() -> None:
    waiting = pull_request(WREN, wants=["wren"])
    gone = pull_request(
        item("review_requested", 1, "heron"), item("reviewed", 5, None, "approved"), reviews=[review(None, minutes=5)]
    )
    assert [who for who, *_ in turns_after(waiting, gone)] == ["heron"]


def test_a_member_who_left_the_team_has_no_turn_any_more() -> None:
    waiting = pull_request(WEB, wants=["acme/web"])
    entries = update_ledger([], waiting, at(2), TEAM)
    left = {"acme/web": {"finch"}}
    assert (
        as_lines(turns(waiting, update_ledger(entries, waiting, at(3), left), ObservedTimes(at(0)), left))
        == ASKED_OF_TEAM[:1]
    )


def test_what_a_former_member_reviewed_still_counts_for_the_author() -> None:
    waiting = pull_request(WEB, wants=["acme/web"])
    done = pull_request(WEB, reviewed("wren", 5), reviews=[APPROVED])
    assert turns_after(waiting, done, members={"acme/web": {"finch"}}) == [READY]


def test_force_push_after_an_approval_leaves_it_standing_until_github_dismisses_it() -> None:
    forced = item("force_pushed", 8, "heron")
    kept = pull_request(reviewed("wren", 5), forced, reviews=[review("wren", "approved", 5, OLD)])
    assert turns_after(kept, pushed=8) == [READY]
    dismissed = item("review_dismissed", 8, "github-actions", "wren")
    lost = pull_request(reviewed("wren", 5), forced, dismissed, reviews=[review("wren", "dismissed", 5, OLD)])
    assert turns_after(kept, lost, pushed=8) == [("heron", "another approval is needed", "8")]
    by_push = replace(lost, timeline=(reviewed("wren", 5), forced, replace(dismissed, by_push=True)))
    assert turns_after(kept, by_push, pushed=8) == [("wren", "new commits since your approval", "8")]


def test_force_push_after_a_change_request_is_new_commits() -> None:
    forced = pull_request(item("force_pushed", 8, "heron"), reviews=[CHANGES_OLD])
    assert turns_after(forced, pushed=8) == [("wren", "new commits since your review", "8")]


def test_the_author_answers_a_change_request_without_pushing_and_it_goes_back_and_forth() -> None:
    asking = pull_request(reviewed("wren", 5, "changes_requested"), reviews=[CHANGES])
    assert turns_after(asking) == [("heron", "changes requested by wren", "5")]
    answered = replace(asking, timeline=(*asking.timeline, commented("heron", 8)))
    assert turns_after(asking, answered) == [("wren", "author responded", "8")]
    insisting = replace(
        answered,
        timeline=(*answered.timeline, reviewed("wren", 12, "changes_requested")),
        reviews=(review("wren", "changes_requested", 12, HEAD),),
    )
    assert turns_after(asking, answered, insisting) == [("heron", "changes requested by wren", "12")]


def test_bots_review_and_are_asked_but_never_have_a_turn() -> None:
    asked_both = replace(pull_request(WREN, wants=["wren"]), review_requests=(asked("wren"), BOT_ASKED))
    assert turns_after(asked_both) == [ASKED_OF_WREN]
    assert turns_after(
        pull_request(commented("heron", 8), reviews=[replace(COMMENTS, reviewer="codecov", is_bot=True)])
    ) == [NO_REVIEWER]


def test_a_team_mate_who_took_it_has_it_alone() -> None:
    look = pull_request(WEB, wants=["acme/web"])
    taken = [ReviewRequestEntry("team", "acme/web", at(1), "heron", False, at(3), "taken", "finch")]
    assert as_lines(turns(look, taken, ObservedTimes(at(0)), TEAM)) == ASKED_OF_TEAM[:1]
    done = pull_request(WEB, reviewed("finch", 5), wants=["acme/web"], reviews=[review("finch", minutes=5)])
    reviewed_since = update_ledger(apply_claim(taken, done, None, TEAM), done, at(6), TEAM)
    assert as_lines(turns(done, reviewed_since, ObservedTimes(at(0)), TEAM)) == [READY]


# Properties

WHO = st.sampled_from(["heron", "wren", "finch", "lark"])
MOMENT = st.integers(0, 30)
REVIEWS = st.dictionaries(WHO, st.tuples(st.sampled_from(["approved", "changes_requested", "commented", "dismissed"]), MOMENT, st.sampled_from([HEAD, OLD])))  # fmt: skip
TIMELINE = st.lists(st.tuples(st.sampled_from(["commented", "reviewed", "review_requested", "ready_for_review", "reopened"]), WHO, MOMENT), max_size=8)  # fmt: skip
SITUATION = st.builds(
    lambda reviews, timeline, wants, **changed: snapshot(
        reviews=tuple(review(who, *commented) for who, commented in reviews.items()),
        timeline=tuple(
            sorted(
                (item(kind, minute, "heron" if kind == "review_requested" else who, who if kind == "review_requested" else None) for kind, who, minute in timeline),
                key=lambda one: one.at,
            )
        ),
        review_requests=tuple(asked(who) for who in sorted(wants)),
        **changed,
    ),
    REVIEWS,
    TIMELINE,
    st.sets(st.sampled_from(["wren", "finch", "lark", "acme/web"])),
    state=st.sampled_from(["open", "open", "open", "closed", "merged"]),
    draft=st.booleans(),
    ci=st.sampled_from(["success", "failure", "pending"]),
    mergeable=st.sampled_from(["mergeable", "conflicting"]),
)  # fmt: skip


@given(SITUATION, MOMENT)
def test_what_always_holds(look: Snapshot, pushed: int) -> None:
    found = turns(look, update_ledger([], look, at(40), TEAM), ObservedTimes(at(pushed)), TEAM)
    reviewers = [turn for turn in found if turn.as_ == "reviewer"]
    authors = [turn for turn in found if turn.as_ == "author"]
    assert found == [*reviewers, *authors]
    assert len({turn.login for turn in reviewers}) == len(reviewers)
    assert len({turn.code for turn in authors}) == len(authors)
    assert all(turn.login != look.author for turn in reviewers)
    assert {turn.login for turn in authors} <= {look.author}
    if look.state != "open" or look.draft:
        assert not found
    else:
        assert all(turn.since >= (look.ready_at or at(0)) for turn in found)
        for name in (one.name for one in look.review_requests if one.kind == "user"):
            assert [turn.code for turn in reviewers if turn.login == name] == ["review_requested"]
    codes = {turn.code for turn in found}
    assert not {"ready_to_merge"} & codes or not {"checks_failing", "conflicts", "changes_requested", "review_requested", "no_reviewer"} & codes  # fmt: skip
