"""Whose turn it is, and what is waited for, by what GitHub says about the merge: decision, queue, auto-merge, stack."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.claim_effects import Claimant
from monitor.rules.enough_approvals import apply_enough_approvals
from monitor.rules.merge_facts import OPTIONAL_FACTS, AutoMerge, MergeQueueEntry
from monitor.rules.review_request_ledger import ReviewRequestEntry, update_ledger
from monitor.rules.review_state import review_state
from monitor.rules.snapshot import RequestedReviewer, Review, Snapshot, TimelineItem
from monitor.rules.turns import ObservedTimes, Surroundings, TurnCode, Wait, WaitCode, turns, wait
from tests.builders import asked, at, item, merging, review, snapshot

TEAM = {"acme/web": {"wren", "finch"}}
HEAD = "a" * 40
BOT = RequestedReviewer("user", "Copilot", is_bot=True)
Line = tuple[str, str, str]


def request(who: str, minute: float, by: str = "heron") -> TimelineItem:
    return item("review_requested", minute, by, who)


def reviewed(who: str, minute: float, state: str = "approved") -> TimelineItem:
    return item("reviewed", minute, who, state)


def went_stale(who: str, minute: float) -> TimelineItem:
    return replace(item("review_dismissed", minute, "heron", who), by_push=True)


def approval(who: str, minute: float) -> Review:
    return review(who, "approved", minute, HEAD)


def pull(
    *timeline: TimelineItem,
    wants: Sequence[str] = (),
    reviews: Sequence[Review] = (),
    decision: str | None = None,
    facts: dict[str, Any] | None = None,
    **changed: Any,
) -> Snapshot:
    """A pull request. Each of `reviews` is also in its timeline, as it was submitted."""
    given = [item("reviewed", 0, one.reviewer, one.state) for one in reviews if one.state != "dismissed"]
    items = [replace(entry, at=one.submitted_at) for entry, one in zip(given, reviews, strict=False)]
    known = {(entry.actor, entry.at) for entry in timeline}
    return snapshot(
        timeline=tuple(sorted([*timeline, *(one for one in items if (one.actor, one.at) not in known)], key=lambda one: one.at)),
        review_requests=tuple(asked(name) for name in wants),
        reviews=tuple(reviews),
        merging=merging(decision=decision, **(facts or {})),
        **changed,
    )  # fmt: skip


def ledger_after(looks: Sequence[Snapshot], members: dict[str, set[str]] = TEAM, *, enabled: bool = True):
    entries: list[ReviewRequestEntry] = []
    for look in looks:
        now = max([look.updated_at, *(one.at for one in look.timeline)])
        entries = apply_enough_approvals(update_ledger(entries, look, now, members), look, now, enabled=enabled)
    return entries


def lines_after(
    *looks: Snapshot,
    pushed: float = 0,
    members: dict[str, set[str]] = TEAM,
    claimant: Claimant | None = None,
    **surroundings: Any,
) -> list[Line]:
    """The turns after the looks as (who, code, since which minute), or else the one wait as (`nobody`, code, since)."""
    context = Surroundings(**surroundings)
    entries = ledger_after(looks, members, enabled=context.enough_approvals_end_requests)
    times = ObservedTimes(at(pushed))
    found = turns(looks[-1], entries, times, members, claimant, context)
    lines = [(turn.login or f"({turn.team})", turn.code, minutes(turn)) for turn in found]
    if lines:
        return lines
    reason = wait(looks[-1], entries, times, members, context)
    return [("nobody", reason.code, minutes(reason))] if reason else []


def minutes(one: Any) -> str:
    return f"{(one.since - at(0)).total_seconds() / 60:g}"


MINUTE = st.integers(0, 30)
PEOPLE = ["heron", "wren", "finch", "lark", "lint"]
ONE_REVIEW = st.tuples(
    st.sampled_from(["approved", "changes_requested", "commented", "dismissed"]), MINUTE, st.booleans()
)
SITUATION = st.builds(
    lambda reviews, kinds, wants, bot, **changed: pull(
        *(item(kind, minute, who, {"review_requested": "wren", "review_dismissed": who}.get(kind)) for kind, who, minute in kinds),
        wants=sorted(wants),
        reviews=[
            replace(review(who, state, minute, HEAD), may_push=may_push, is_bot=who == "lint")
            for who, (state, minute, may_push) in reviews.items()
            if who != "heron"
        ],
        author="agent" if bot else "heron",
        author_is_bot=bot,
        **changed,
    ),
    st.dictionaries(st.sampled_from(PEOPLE), ONE_REVIEW),
    st.lists(st.tuples(st.sampled_from(["commented", "reviewed", "review_requested", "review_dismissed", "ready_for_review", "queued", "unqueued"]), st.sampled_from(PEOPLE), MINUTE), max_size=8),
    st.sets(st.sampled_from(["wren", "finch", "lark", "acme/web"])),
    st.booleans(),
    decision=st.sampled_from([None, "approved", "changes_requested", "review_required"]),
    facts=st.fixed_dictionaries(
        {},
        optional={
            "merge_queue": st.just(MergeQueueEntry(1, at(9))),
            "auto_merge": st.just(AutoMerge("heron", at(9))),
            "merge_state": st.sampled_from(["blocked", "behind", "unknown"]),
            "not_known": st.just(OPTIONAL_FACTS),
        },
    ),
    assignees=st.sampled_from([(), ("lark",)]),
    requests_hidden=st.booleans(),
    state=st.sampled_from(["open", "open", "open", "closed", "merged"]),
    draft=st.booleans(),
    ci=st.sampled_from(["success", "failure", "pending", "unknown", "none"]),
    mergeable=st.sampled_from(["mergeable", "conflicting"]),
)  # fmt: skip
APPROVED = [approval("wren", 5)]
REQUESTED = [review("wren", "changes_requested", 5, HEAD)]
LINT_BLOCKS = replace(review("lint", "changes_requested", 5, "c" * 40), is_bot=True)
QUEUED = {"merge_queue": MergeQueueEntry(2, at(9), "heron")}
ITSELF = {"auto_merge": AutoMerge("heron", at(9))}
READY = ("heron", "ready_to_merge", "5")
NEEDED = ("heron", "needs_approval", "5")

Row = tuple[str, Snapshot | list[Snapshot], dict[str, Any], list[Line]]
TABLE: list[Row] = [
    # 6 and 6b. GitHub's own decision
    ("approved where no review is required", pull(reviews=APPROVED), {}, [READY]),
    ("approved", pull(reviews=APPROVED, decision="approved"), {}, [READY]),
    ("one of two approvals", pull(reviews=APPROVED, decision="review_required"), {}, [NEEDED]),
    ("one of two approvals, and the second is asked for", pull(request("lark", 6), reviews=APPROVED, decision="review_required", wants=["lark"]), {}, [("lark", "review_requested", "6")]),
    ("one of two approvals, and only a bot is asked", replace(pull(reviews=APPROVED, decision="review_required"), review_requests=(BOT,)), {}, [NEEDED]),
    ("one of two approvals, and a team with nobody but the author", pull(request("acme/me", 1), reviews=APPROVED, decision="review_required", wants=["acme/me"]), {"members": {"acme/me": {"heron"}}}, [NEEDED]),
    ("a code owners' team stays asked after a member's approval", pull(request("acme/web", 1), reviews=APPROVED, decision="review_required", wants=["acme/web"]), {}, [NEEDED]),
    ("one of two approvals, and somebody is on it", pull(reviews=APPROVED, decision="review_required"), {"claimant": Claimant("lark", at(7), at(99))}, [("lark", "review_requested", "7")]),
    ("one of two approvals, with comments of a third", pull(reviews=[*APPROVED, review("lark", "commented", 6)], decision="review_required"), {}, [("heron", "comments", "6"), NEEDED]),
    ("required and nobody looked", pull(decision="review_required"), {}, [("heron", "no_reviewer", "0")]),
    ("GitHub says approved by those we may not see", pull(decision="approved"), {}, [("heron", "ready_to_merge", "0")]),
    ("GitHub counts a change request of a deleted account", pull(reviews=[*APPROVED, replace(REQUESTED[0], reviewer=None)], decision="changes_requested"), {}, [("heron", "changes_requested", "5")]),
    # 3b. Enough is enough
    ("two of two, a third was asked before", pull(request("lark", 1), reviews=[*APPROVED, approval("teal", 7)], decision="approved", wants=["lark"]), {}, [("heron", "ready_to_merge", "7")]),
    ("… and is asked again", [pull(request("lark", 1), reviews=[*APPROVED, approval("teal", 7)], decision="approved", wants=["lark"]), pull(request("lark", 1), item("review_request_removed", 8, "heron", "lark"), request("lark", 9), reviews=[*APPROVED, approval("teal", 7)], decision="approved", wants=["lark"])], {}, [("lark", "review_requested", "9")]),
    ("twelve by CODEOWNERS, two approved", pull(*(request(f"owner{n}", 1) for n in range(10)), reviews=[*APPROVED, approval("teal", 7)], decision="approved", wants=[f"owner{n}" for n in range(10)]), {}, [("heron", "ready_to_merge", "7")]),
    ("a team asked before", pull(request("acme/db", 1), reviews=APPROVED, decision="approved", wants=["acme/db"]), {"members": {"acme/db": {"lark"}}}, [READY]),
    ("not where nothing is required", pull(request("lark", 1), reviews=APPROVED, wants=["lark"]), {}, [("lark", "review_requested", "1")]),
    ("not while a change request stands", pull(request("lark", 1), reviews=[*APPROVED, replace(LINT_BLOCKS, commit=HEAD)], decision="approved", wants=["lark"]), {}, [("lark", "review_requested", "1"), ("heron", "changes_requested", "5")]),
    ("a repository can switch it off", pull(request("lark", 1), reviews=APPROVED, decision="approved", wants=["lark"]), {"enough_approvals_end_requests": False}, [("lark", "review_requested", "1"), READY]),
    ("over once a push made an approval stale", [pull(request("lark", 1), reviews=APPROVED, decision="approved", wants=["lark"]), pull(request("lark", 1), reviewed("wren", 5), went_stale("wren", 8), reviews=[review("wren", "dismissed", 5)], decision="review_required", wants=["lark"])], {"pushed": 8}, [("lark", "review_requested", "8"), ("wren", "new_commits", "8")]),
    # 4c. Approvals that went stale, or were dismissed
    ("a push made the approval stale", pull(reviewed("wren", 5), went_stale("wren", 8), reviews=[review("wren", "dismissed", 5)], decision="review_required"), {"pushed": 8}, [("wren", "new_commits", "8")]),
    ("… one of two", pull(reviewed("wren", 5), went_stale("wren", 8), reviews=[review("wren", "dismissed", 5), approval("teal", 6)], decision="review_required"), {"pushed": 8}, [("wren", "new_commits", "8")]),
    ("… and the others are enough", pull(reviewed("wren", 5), went_stale("wren", 8), reviews=[review("wren", "dismissed", 5), approval("teal", 9)], decision="approved"), {"pushed": 8}, [("heron", "ready_to_merge", "9")]),
    ("… and it was reviewed again", pull(reviewed("wren", 5), went_stale("wren", 8), reviews=[approval("wren", 9)], decision="approved"), {"pushed": 8}, [("heron", "ready_to_merge", "9")]),
    ("… and only commented on since", pull(reviewed("wren", 5), went_stale("wren", 8), reviewed("wren", 9, "commented"), reviews=[review("wren", "commented", 9)], decision="review_required"), {"pushed": 8}, [("heron", "comments", "9")]),
    ("a bot's approval went stale", pull(reviewed("lint", 5), went_stale("lint", 8), reviews=[replace(review("lint", "dismissed", 5), is_bot=True)], decision="review_required"), {"pushed": 8}, [("heron", "no_reviewer", "8")]),
    ("a person dismissed the approval", pull(reviewed("wren", 5), item("review_dismissed", 8, "teal", "wren"), reviews=[review("wren", "dismissed", 5)], decision="review_required"), {}, [("heron", "needs_approval", "8")]),
    ("… where nothing is required", pull(reviewed("wren", 5), item("review_dismissed", 8, "teal", "wren"), reviews=[review("wren", "dismissed", 5)]), {}, [("heron", "needs_approval", "8")]),
    ("a person dismissed a change request", pull(reviewed("wren", 5, "changes_requested"), item("review_dismissed", 8, "teal", "wren"), reviews=[review("wren", "dismissed", 5)]), {}, [("heron", "no_reviewer", "8")]),
    # Bots, and people who may not push
    ("a bot's change request after the fix", pull(reviews=[LINT_BLOCKS]), {"pushed": 8}, [("heron", "changes_requested", "5")]),
    ("… and a person approved after it", pull(reviews=[LINT_BLOCKS, approval("wren", 9)], decision="changes_requested"), {"pushed": 8}, [("heron", "changes_requested", "5")]),
    ("… then the bot approved", pull(reviewed("lint", 5, "changes_requested"), reviews=[replace(approval("lint", 9), is_bot=True), approval("wren", 6)]), {}, [("heron", "ready_to_merge", "9")]),
    ("approved by a bot alone, as the branch demands", pull(reviews=[replace(approval("lint", 5), is_bot=True)], decision="approved"), {}, [("heron", "ready_to_merge", "0")]),
    ("approved by somebody who may not push", pull(reviews=[replace(APPROVED[0], may_push=False)]), {}, [("heron", "no_reviewer", "0")]),
    ("changes requested by somebody who may not push", pull(reviews=[replace(REQUESTED[0], may_push=False)]), {}, [("heron", "comments", "5")]),
    ("an agent's, a person is assigned", pull(reviews=REQUESTED, author="agent", author_is_bot=True, assignees=("heron",)), {}, [("heron", "changes_requested", "5")]),
    ("an agent's, two are assigned", pull(reviews=APPROVED, author="agent", author_is_bot=True, assignees=("heron", "lark")), {}, [READY, ("lark", *READY[1:])]),
    ("an agent's, answered by the assigned person", pull(item("commented", 8, "heron"), reviews=REQUESTED, author="agent", author_is_bot=True, assignees=("heron",)), {}, [("wren", "author_responded", "8")]),
    ("a bot's, nobody is assigned", pull(reviews=APPROVED, author="agent", author_is_bot=True), {}, [("nobody", "bot", "0")]),
    ("a deleted account's, nobody is assigned", pull(author=None), {}, [("nobody", "bot", "0")]),
    ("a deleted account's, a person is assigned", pull(author=None, assignees=("lark",)), {}, [("lark", "no_reviewer", "0")]),
    # 1. Merge queue
    ("in the merge queue", pull(reviews=APPROVED, decision="approved", facts=QUEUED), {}, [("nobody", "merge_queue", "9")]),
    ("in the merge queue, with somebody asked", pull(request("lark", 1), wants=["lark"], facts=QUEUED), {}, [("nobody", "merge_queue", "9")]),
    ("removed from the merge queue", pull(item("queued", 9, "heron"), item("unqueued", 12, "github-merge-queue", "failed_checks"), reviews=APPROVED, decision="approved"), {}, [("heron", "left_queue", "12")]),
    ("… by the author", pull(item("queued", 9, "heron"), item("unqueued", 12, "heron", "manual"), reviews=APPROVED, decision="approved"), {}, [READY]),
    ("… and pushed to since", pull(item("queued", 9, "heron"), item("unqueued", 12, "github-merge-queue"), reviews=APPROVED, decision="approved"), {"pushed": 13}, [READY]),
    ("… and queued again", pull(item("queued", 9, "heron"), item("unqueued", 12, "github-merge-queue"), item("queued", 15, "heron"), reviews=APPROVED, decision="approved", facts={"merge_queue": MergeQueueEntry(1, at(15))}), {}, [("nobody", "merge_queue", "15")]),
    ("… as it became a draft, within a second", pull(item("unqueued", 12, None, "manual"), item("drafted", 12, None), item("ready_for_review", 14, None), reviews=APPROVED, decision="approved"), {}, [("heron", "ready_to_merge", "14")]),
    ("… and was a draft since", pull(item("unqueued", 12, "github-merge-queue"), item("drafted", 13, "heron"), item("ready_for_review", 14, "heron"), reviews=APPROVED, decision="approved"), {}, [("heron", "ready_to_merge", "14")]),
    # Auto-merge, checks, and what blocks
    ("auto-merge is on", pull(reviews=APPROVED, decision="approved", ci="pending", facts=ITSELF), {}, [("nobody", "auto_merge", "5")]),
    ("auto-merge is on, checks failing", pull(reviews=APPROVED, decision="approved", ci="failure", facts=ITSELF), {"pushed": 3}, [("heron", "checks_failing", "3")]),
    ("auto-merge is on, an approval is missing", pull(reviews=APPROVED, decision="review_required", facts=ITSELF), {}, [NEEDED]),
    ("approved while checks run", pull(reviews=APPROVED, decision="approved", ci="pending"), {}, [("nobody", "checks", "5")]),
    ("approved, no checks", pull(reviews=APPROVED, decision="approved", ci="none"), {}, [READY]),
    ("GitHub blocks the merge", pull(reviews=APPROVED, decision="approved", facts={"merge_state": "blocked"}), {}, [("nobody", "blocked", "5")]),
    ("GitHub blocks the merge while checks run", pull(reviews=APPROVED, decision="approved", ci="pending", facts={"merge_state": "blocked"}), {}, [("nobody", "blocked", "5")]),
    ("behind its base", pull(reviews=APPROVED, decision="approved", facts={"merge_state": "behind"}), {}, [READY]),
    # 8. Stacked
    ("stacked", pull(reviews=APPROVED, decision="approved"), {"stacked_on": 12}, [("nobody", "stacked", "5")]),
    ("stacked, reviews go on", pull(request("lark", 1), wants=["lark"]), {"stacked_on": 12}, [("lark", "review_requested", "1")]),
    ("stacked, and checks run", pull(reviews=APPROVED, ci="pending"), {"stacked_on": 12}, [("nobody", "stacked", "5")]),
    ("stacked, and merges by itself", pull(reviews=APPROVED, facts=ITSELF), {"stacked_on": 12}, [("nobody", "auto_merge", "5")]),
    # Requests the token may not see
    ("somebody hidden is asked", pull(requests_hidden=True), {}, [("nobody", "hidden", "0")]),
    ("somebody hidden is asked, and one approved", pull(reviews=APPROVED, requests_hidden=True), {}, [("nobody", "hidden", "0")]),
    ("somebody hidden is asked, and GitHub says approved", pull(reviews=APPROVED, decision="approved", requests_hidden=True), {}, [READY]),
    # Drafts and archives
    ("a draft", pull(item("drafted", 4, "heron"), draft=True), {}, [("nobody", "draft", "4")]),
    ("a draft in an archive", pull(draft=True), {"archived": True}, [("nobody", "archived", "0")]),
    ("asked in an archive", pull(request("lark", 1), wants=["lark"]), {"archived": True}, [("nobody", "archived", "0")]),
    ("merged", pull(state="merged", merged_at=at(9)), {}, []),
]  # fmt: skip


@pytest.mark.parametrize(("looks", "given", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_turns_and_waits(looks: Snapshot | list[Snapshot], given: dict[str, Any], expected: list[Line]) -> None:
    assert lines_after(*(looks if isinstance(looks, list) else [looks]), **given) == expected


def test_the_table_knows_every_wait_and_the_codes_that_only_github_s_decision_brings() -> None:
    found = {code for *_, expected in TABLE for _, code, _ in expected}
    assert found >= set(get_args(WaitCode)) | {"needs_approval", "left_queue"}
    assert found <= set(get_args(WaitCode)) | set(get_args(TurnCode))


def reason_of(look: Snapshot, **surroundings: Any) -> str:
    entries, context, times = ledger_after([look]), Surroundings(**surroundings), ObservedTimes(at(0))
    found: Sequence[Any] = turns(look, entries, times, TEAM, None, context)
    [one] = found or [wait(look, entries, times, TEAM, context)]
    return one.reason


@pytest.mark.parametrize(
    ("look", "given", "words"),
    [
        (pull(reviews=APPROVED, decision="review_required"), {}, "another approval is needed"),
        (pull(item("unqueued", 12, "github-merge-queue"), reviews=APPROVED), {}, "removed from the merge queue"),
        (pull(reviews=APPROVED, ci="unknown"), {}, "approved, ready to merge (checks not known)"),
        (pull(reviews=APPROVED, facts={"not_known": ("decision",)}), {}, "approved, ready to merge (required approvals not known)"),
        (pull(reviewed("wren", 5), went_stale("wren", 8), reviews=[review("wren", "dismissed", 5)]), {}, "new commits since your approval"),
        (pull(reviews=APPROVED), {"stacked_on": 12}, "waits for #12"),
        (pull(reviews=APPROVED, facts=ITSELF), {}, "merges by itself when checks pass"),
        (pull(requests_hidden=True), {}, "somebody the token may not see is asked"),
    ],
)  # fmt: skip
def test_words(look: Snapshot, given: dict[str, Any], words: str) -> None:
    assert reason_of(look, **given) == words


def test_enough_is_an_entry_of_the_ledger_and_opens_again_from_the_moment_it_ends() -> None:
    enough = pull(request("lark", 1), reviews=APPROVED, decision="approved", wants=["lark"])
    [entry] = ledger_after([enough])
    assert (entry.settled, entry.settled_at, entry.settled_by) == ("enough", at(5), "wren")
    assert ledger_after([enough, enough]) == [entry]
    over = replace(enough, updated_at=at(30), merging=merging(decision="review_required"))
    assert [(one.asked_at, one.settled, one.by) for one in ledger_after([enough, over])] == [
        (at(1), "enough", "heron"),
        (at(30), None, "heron"),
    ]
    again = replace(enough, updated_at=at(40), reviews=(*APPROVED, approval("teal", 35)))
    assert [one.settled for one in ledger_after([enough, over, again])] == ["enough", "enough"]


def test_switched_off_the_requests_are_open_as_they_were() -> None:
    """Nobody asked a second time: the time and the asker stay, and there is no new entry."""
    look = pull(request("lark", 1), reviews=APPROVED, decision="approved", wants=["lark"])
    open_before = ledger_after([look], enabled=False)
    ended = apply_enough_approvals(open_before, look, at(10))
    assert [one.settled for one in ended] == ["enough"]
    assert apply_enough_approvals(ended, look, at(20), enabled=False) == open_before


def test_a_code_owners_team_that_stays_listed_is_settled_once() -> None:
    look = pull(request("acme/web", 1), reviews=APPROVED, decision="review_required", wants=["acme/web"])
    [entry] = ledger_after([look, look])
    assert (entry.settled, entry.settled_by) == ("reviewed", "wren")
    asked_again = replace(look, timeline=(*look.timeline, request("acme/web", 9)))
    assert [one.settled for one in ledger_after([look, asked_again])] == ["reviewed", None]


def test_the_review_of_somebody_who_may_not_push_is_no_approval() -> None:
    assert review_state(pull(reviews=[replace(APPROVED[0], may_push=False)])) == "none"
    assert review_state(pull(reviews=[replace(REQUESTED[0], may_push=False)])) == "waiting"


@given(SITUATION, st.integers(0, 30), st.booleans(), st.sampled_from([None, 12]), st.booleans())
def test_what_always_holds(look: Snapshot, pushed: int, enabled: bool, below: int | None, archived: bool) -> None:
    context = Surroundings(archived, below, enabled)
    entries = apply_enough_approvals(update_ledger([], look, at(40), TEAM), look, at(40), enabled=enabled)
    found = turns(look, entries, ObservedTimes(at(pushed)), TEAM, None, context)
    reason = wait(look, entries, ObservedTimes(at(pushed)), TEAM, context)
    codes = {turn.code for turn in found}
    if look.state != "open":
        assert not found
        assert reason is None
    else:
        assert found or reason, "a dead spot"
    if look.merging.merge_queue is not None or look.draft or archived:
        assert not found
    if "ready_to_merge" in codes:
        assert look.merging.decision in {None, "approved"}
        assert below is None
        assert look.merging.auto_merge is None
        assert not codes & {
            "needs_approval",
            "no_reviewer",
            "changes_requested",
            "checks_failing",
            "conflicts",
            "left_queue",
        }
        assert look.ci != "pending"
    if not enabled:
        assert all(entry.settled != "enough" for entry in entries)
    last = max((one.submitted_at for one in look.reviews if one.state == "approved"), default=at(-1))
    for entry in entries:
        if found and entry.open and entry.kind == "user" and entry.asked_at > last and entry.name != look.author:
            assert any(turn.login == entry.name and turn.as_ == "reviewer" for turn in found)
    assert all(turn.login not in {"lint", "agent"} for turn in found)


def test_a_wait_begins_when_the_pull_request_was_ready() -> None:
    look = pull(item("ready_for_review", 30, "heron"), reviews=APPROVED, ci="pending")
    found = wait(look, [], ObservedTimes(at(0)), TEAM, Surroundings())
    assert found == Wait("checks", "approved, checks are running", at(30))
    assert found.since - timedelta(minutes=30) == at(0)
