"""Each rule explained to one person: which hold, in the words of the turns and waits, and why the others do not."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.claim_effects import Claimant, apply_claim
from monitor.rules.enough_approvals import apply_enough_approvals
from monitor.rules.review_request_ledger import update_ledger
from monitor.rules.snapshot import Snapshot
from monitor.rules.turn_explanation import NOT_WORKED_OUT, TurnFacts, explain_turns, explain_waits
from monitor.rules.turns import ObservedTimes, Surroundings, TurnCode, WaitCode, turns, wait
from tests.builders import at, item, review
from tests.rules.test_merge_turns import (
    APPROVED,
    BOT,
    HEAD,
    ITSELF,
    QUEUED,
    REQUESTED,
    SITUATION,
    TEAM,
    approval,
    pull,
    request,
    reviewed,
    went_stale,
)

TEAMS = {"wren": {"acme/web"}, "finch": {"acme/web"}}
Row = tuple[str, str, Snapshot, dict[str, Any], bool, str]


def facts_of(
    look: Snapshot,
    *,
    pushed: float = 0,
    members: Any = TEAM,
    claimant: Claimant | None = None,
    **surroundings: Any,
) -> TurnFacts:
    context, times = Surroundings(**surroundings), ObservedTimes(at(pushed))
    entries = apply_claim(update_ledger([], look, at(40), members), look, claimant, members)
    entries = apply_enough_approvals(entries, look, at(40), enabled=context.enough_approvals_end_requests)
    found = turns(look, entries, times, members, claimant, context)
    reason = None if found else wait(look, entries, times, members, context)
    return TurnFacts(look, entries, times, members, claimant, context, found, reason)


def removed(*more: Any) -> Snapshot:
    return pull(item("unqueued", 12, "github-merge-queue"), *more, reviews=APPROVED, decision="approved")


ON_IT = {"claimant": Claimant("lark", at(7), at(99))}
STALE = pull(reviewed("wren", 5), went_stale("wren", 8), reviews=[review("wren", "dismissed", 5)])
COMMENTED = [review("wren", "commented", 5, HEAD)]
AGENTS = {"author": "agent", "author_is_bot": True}
# (code, for whom, the pull request, what else there is, whether it holds, in which words)
TABLE: list[Row] = [
    ("review_requested", "lark", pull(request("lark", 1), wants=["lark"]), {}, True, "review requested by heron"),
    ("review_requested", "lark", pull(), ON_IT, True, "you are on it"),
    ("review_requested", "lark", pull(), {}, False, "nobody has asked you or a team of yours"),
    ("review_requested", "heron", pull(), {}, False, "it is your own pull request"),
    ("review_requested", "wren", pull(request("acme/web", 1), wants=["acme/web"]), {}, False, "nobody has asked you personally"),
    ("review_requested", "lark", pull(request("lark", 1), reviewed("lark", 5), reviews=[approval("lark", 5)]), {}, False, "you reviewed after the last request on 2026-03-02"),
    ("review_requested", "lark", pull(request("lark", 1), item("review_request_removed", 4, "heron", "lark")), {}, False, "the request to you was withdrawn by heron on 2026-03-02"),
    ("review_requested", "lark", pull(request("lark", 1), reviews=APPROVED, decision="approved", wants=["lark"]), {}, False, "enough people had approved on 2026-03-02, which ended the request to you"),
    ("review_requested", "lark", pull(request("lark", 1), wants=["lark"], draft=True), {}, False, "it is a draft"),
    ("review_requested", "lark", pull(request("lark", 1), wants=["lark"], state="merged", merged_at=at(9)), {}, False, "it is merged"),
    ("review_requested", "lark", pull(request("lark", 1), wants=["lark"]), {"archived": True}, False, "the repository is archived"),
    ("review_requested", "lark", pull(request("lark", 1), wants=["lark"], facts=QUEUED), {}, False, "it is in the merge queue"),
    ("review_requested", "wren", pull(reviews=COMMENTED), {"pushed": 8, "claimant": Claimant("wren", at(7), at(99))}, True, "you are on it"),
    ("review_requested", "copilot", replace(pull(), review_requests=(BOT,)), {}, False, "GitHub says that this account is a bot"),
    ("team_requested", "wren", pull(request("acme/web", 1), wants=["acme/web"]), {}, True, "review requested from team web"),
    ("team_requested", "wren", pull(request("wren", 1), request("acme/web", 1), wants=["wren", "acme/web"]), {}, False, "it would hold, but “review requested by heron” comes first"),
    ("team_requested", "wren", pull(), {}, False, "nobody has asked you or a team of yours"),
    ("team_requested", "lark", pull(request("acme/web", 1), wants=["acme/web"]), {}, False, "team web is asked, and you are not in it"),
    ("team_requested", "lark", pull(request("lark", 1), wants=["lark"]), {}, False, "no team of yours is asked"),
    ("team_requested", "lark", pull(request("acme/db", 1), wants=["acme/db"]), {}, False, "team db is asked, but who is in it is not known here"),
    ("team_requested", "finch", pull(request("acme/web", 1), reviews=APPROVED), {}, False, "wren reviewed for team web on 2026-03-02"),
    ("team_requested", "wren", pull(request("acme/web", 1), reviews=APPROVED), {}, False, "you reviewed for team web on 2026-03-02"),
    ("team_requested", "finch", pull(request("acme/web", 1), wants=["acme/web"]), {"claimant": Claimant("wren", at(7), at(99))}, False, "taken by wren on 2026-03-02"),
    ("changes_requested", "heron", pull(reviews=REQUESTED), {}, True, "changes requested by wren"),
    ("changes_requested", "lark", pull(reviews=REQUESTED), {}, False, "changes requested by wren, but that is the turn of heron"),
    ("changes_requested", "heron", pull(), {}, False, "nobody requests changes"),
    ("changes_requested", "heron", pull(item("commented", 8, "heron"), reviews=REQUESTED), {}, False, "the author has responded to the change request of wren on 2026-03-02"),
    ("changes_requested", "heron", pull(request("wren", 9), reviews=REQUESTED, wants=["wren"]), {}, False, "wren, who requested changes, is asked for another review"),
    ("changes_requested", "lark", pull(reviews=REQUESTED, **AGENTS), {}, False, "a bot opened it, and nobody is assigned"),
    ("comments", "heron", pull(reviews=COMMENTED), {}, True, "comments by wren"),
    ("comments", "heron", pull(), {}, False, "no review with comments alone waits for an answer"),
    ("comments", "heron", pull(item("commented", 8, "heron"), reviews=COMMENTED), {}, False, "the author has responded to the comments of wren on 2026-03-02"),
    ("author_responded", "wren", pull(item("commented", 8, "heron"), reviews=REQUESTED), {}, True, "author responded"),
    ("author_responded", "wren", pull(reviews=REQUESTED), {}, False, "the author has not responded since your review on 2026-03-02"),
    ("author_responded", "wren", pull(reviews=[replace(REQUESTED[0], commit="c" * 40)]), {"pushed": 8}, False, "the author pushed, which counts as new commits"),
    ("author_responded", "wren", pull(reviews=APPROVED), {}, False, "you approved it on 2026-03-02"),
    ("author_responded", "lark", pull(reviews=APPROVED), {}, False, "you have not reviewed it"),
    ("new_commits", "wren", pull(reviews=[replace(REQUESTED[0], commit="c" * 40)]), {"pushed": 8}, True, "new commits since your review"),
    ("new_commits", "wren", STALE, {"pushed": 8}, True, "new commits since your approval"),
    ("new_commits", "wren", pull(reviews=REQUESTED), {}, False, "nothing was pushed since your review on 2026-03-02"),
    ("new_commits", "wren", pull(reviews=[replace(COMMENTED[0], commit="c" * 40)]), {"pushed": 8}, False, "you requested no changes, so the push counts as a response"),
    ("checks_failing", "heron", pull(ci="failure"), {}, True, "checks failing"),
    ("checks_failing", "heron", pull(), {}, False, "checks passed"),
    ("checks_failing", "heron", pull(ci="unknown"), {}, False, "GitHub did not say how the checks are"),
    ("checks_failing", "lark", pull(ci="failure"), {}, False, "checks failing, but that is the turn of heron"),
    ("conflicts", "heron", pull(mergeable="conflicting"), {}, True, "conflicts with main"),
    ("conflicts", "heron", pull(), {}, False, "it has no conflicts with main"),
    ("conflicts", "heron", pull(mergeable="unknown"), {}, False, "GitHub did not say whether it conflicts with main"),
    ("ready_to_merge", "heron", pull(reviews=APPROVED), {}, True, "approved, ready to merge"),
    ("ready_to_merge", "heron", pull(), {}, False, "nobody has approved it yet"),
    ("ready_to_merge", "heron", pull(reviews=REQUESTED), {}, False, "wren requested changes"),
    ("ready_to_merge", "heron", STALE, {"pushed": 8}, False, "the approval of wren went stale with new commits"),
    ("ready_to_merge", "heron", pull(request("lark", 6), reviews=APPROVED, wants=["lark"]), {}, False, "a review is still asked of lark"),
    ("ready_to_merge", "heron", pull(reviews=APPROVED, decision="review_required"), {}, False, "another approval is needed"),
    ("ready_to_merge", "heron", pull(reviews=APPROVED), {"stacked_on": 12}, False, "it waits for #12"),
    ("ready_to_merge", "heron", pull(reviews=APPROVED, facts=ITSELF), {}, False, "it merges by itself when checks pass"),
    ("ready_to_merge", "heron", pull(reviews=APPROVED, ci="failure"), {}, False, "checks are failing"),
    ("ready_to_merge", "heron", removed(), {}, False, "it was removed from the merge queue"),
    ("needs_approval", "heron", pull(reviews=APPROVED, decision="review_required"), {}, True, "another approval is needed"),
    ("needs_approval", "heron", pull(), {}, False, "nobody has approved it yet"),
    ("needs_approval", "heron", pull(reviews=APPROVED), {}, False, "it is approved"),
    ("needs_approval", "heron", pull(reviews=APPROVED, decision="review_required"), ON_IT, False, "lark is on it"),
    ("left_queue", "heron", removed(), {}, True, "removed from the merge queue"),
    ("left_queue", "heron", pull(), {}, False, "it was not removed from the merge queue"),
    ("left_queue", "heron", removed(), {"pushed": 13}, False, "it was removed from the merge queue, and pushed to on 2026-03-02"),
    ("left_queue", "heron", pull(item("unqueued", 12, "heron"), reviews=APPROVED), {}, False, "the author took it out of the merge queue"),
    ("left_queue", "heron", removed(item("queued", 12, "heron")), {}, False, "it was removed from the merge queue, and queued again on 2026-03-02"),
    ("no_reviewer", "heron", pull(), {}, True, "no reviewer yet"),
    ("no_reviewer", "heron", pull(reviews=COMMENTED), {}, False, "wren reviewed it"),
    ("no_reviewer", "heron", pull(request("acme/web", 1), wants=["acme/web"]), {}, False, "a review is still asked of team web"),
    ("no_reviewer", "heron", pull(requests_hidden=True), {}, False, "a review is still asked of somebody the token may not see"),
    ("archived", "lark", pull(), {"archived": True}, True, "the repository is archived"),
    ("archived", "lark", pull(), {}, False, "the repository is not archived"),
    ("draft", "lark", pull(draft=True), {}, True, "a draft"),
    ("draft", "lark", pull(), {}, False, "it is not a draft"),
    ("draft", "lark", pull(draft=True), {"archived": True}, False, "it is a draft, but this comes first: the repository is archived"),
    ("draft", "lark", pull(draft=True, state="closed", closed_at=at(9)), {}, False, "it is closed"),
    ("merge_queue", "lark", pull(facts=QUEUED), {}, True, "in the merge queue"),
    ("merge_queue", "lark", pull(), {}, False, "it is not in the merge queue"),
    ("auto_merge", "lark", pull(reviews=APPROVED, facts=ITSELF), {}, True, "merges by itself when checks pass"),
    ("auto_merge", "lark", pull(), {}, False, "auto-merge is off"),
    ("auto_merge", "lark", pull(facts=ITSELF), {}, False, "auto-merge is on, but it is the turn of heron"),
    ("stacked", "lark", pull(reviews=APPROVED), {"stacked_on": 12}, True, "waits for #12"),
    ("stacked", "lark", pull(reviews=APPROVED), {}, False, "it is stacked on no other"),
    ("stacked", "lark", pull(), {"stacked_on": 12}, False, "it is stacked on #12, but it is the turn of heron"),
    ("blocked", "lark", pull(reviews=APPROVED, facts={"merge_state": "blocked"}), {}, True, "a required check or conversation blocks the merge"),
    ("blocked", "lark", pull(), {}, False, "GitHub does not block the merge"),
    ("blocked", "lark", pull(facts={"merge_state": "unknown"}), {}, False, "GitHub did not say whether something blocks the merge"),
    ("checks", "lark", pull(reviews=APPROVED, ci="pending"), {}, True, "approved, checks are running"),
    ("checks", "lark", pull(), {}, False, "checks passed"),
    ("checks", "lark", pull(ci="pending"), {}, False, "checks are running, but it is the turn of heron"),
    ("hidden", "lark", pull(requests_hidden=True), {}, True, "somebody the token may not see is asked"),
    ("hidden", "lark", pull(), {}, False, "nobody is asked whom the token may not see"),
    ("bot", "lark", pull(**AGENTS), {}, True, "opened by a bot, nobody is assigned"),
    ("bot", "lark", pull(), {}, False, "a person opened it"),
    ("bot", "lark", pull(**AGENTS, assignees=("wren", "finch")), {}, False, "a bot opened it, but it is assigned to wren and finch"),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}-{row[1]}-{row[5]}")
def test_each_rule_in_words(row: Row) -> None:
    code, login, look, given, holds, words = row
    facts = facts_of(look, **given)
    lines = {line.rule: line for line in [*explain_turns(facts, login, TEAMS.get(login, ())), *explain_waits(facts)]}
    assert (lines[code].holds, lines[code].words) == (holds, words)


def test_the_table_has_each_rule_once_holding_and_once_not() -> None:
    every = {*get_args(TurnCode), *get_args(WaitCode)}
    for holds in (True, False):
        assert {row[0] for row in TABLE if row[4] is holds} == every


def test_the_rules_come_in_order_each_once() -> None:
    facts = facts_of(pull())
    assert [line.rule for line in explain_turns(facts, None)] == list(get_args(TurnCode))
    assert [line.rule for line in explain_waits(facts)] == list(get_args(WaitCode))


def test_who_has_no_known_login_reviews_nothing() -> None:
    lines = {line.rule: line for line in explain_turns(facts_of(pull(request("lark", 1), wants=["lark"])), None)}
    assert lines["review_requested"].words == "your GitHub login is not known here"
    assert lines["checks_failing"].words == "checks passed"
    assert not any(line.holds for line in lines.values())


def test_what_is_stored_counts_while_it_is_not_worked_out_anew() -> None:
    facts = replace(facts_of(pull(ci="failure")), turns=(), wait=None)
    lines = {line.rule: line for line in explain_turns(facts, "heron")}
    assert (lines["checks_failing"].holds, lines["checks_failing"].words) == (False, NOT_WORKED_OUT)


@given(
    SITUATION,
    st.integers(0, 30),
    st.booleans(),
    st.sampled_from([None, 12]),
    st.booleans(),
    st.sampled_from([None, Claimant("lark", at(7), at(99)), Claimant("wren", at(7), at(99), confirmed=False)]),
)
def test_an_explanation_agrees_with_the_turns(
    look: Snapshot, pushed: int, enabled: bool, below: int | None, archived: bool, claimant: Claimant | None
) -> None:
    facts = facts_of(
        look, pushed=pushed, claimant=claimant, archived=archived, stacked_on=below, enough_approvals_end_requests=enabled
    )  # fmt: skip
    for login in ("heron", "wren", "finch", "lark", "lint", "agent", "nobody"):
        lines = explain_turns(facts, login, TEAMS.get(login, ()))
        own = [turn for turn in facts.turns if turn.login == login]
        assert {(line.rule, line.words) for line in lines if line.holds} == {(turn.code, turn.reason) for turn in own}
        assert not [line for line in lines if not line.words or NOT_WORKED_OUT in line.words]
    waits = explain_waits(facts)
    stored = [(facts.wait.code, facts.wait.reason)] if facts.wait else []
    assert [(line.rule, line.words) for line in waits if line.holds] == stored
    assert not [line for line in waits if not line.words or NOT_WORKED_OUT in line.words]


def test_many_names_are_counted() -> None:
    look = pull(*(request(f"owner{n}", 1) for n in range(6)), wants=[f"owner{n}" for n in range(6)], ci="pending")
    lines = {line.rule: line for line in explain_waits(facts_of(look))}
    assert lines["checks"].words == "checks are running, but it is the turn of owner0, owner1 and 4 others"
