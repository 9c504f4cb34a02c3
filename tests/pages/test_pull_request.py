"""The page of one pull request: reasons, review requests, and timeline."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from monitor.models import Claim, Person, Repository, Snooze, Team
from monitor.pages.wording.time_wording import day_of_return
from monitor.rules.merge_facts import AutoMerge, MergeQueueEntry
from tests import builders
from tests.builders import asked, at, item, merging, review, snapshot, user
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
Record = Callable[..., list[int]]
ONE = "/pull-requests/acme/web/1"


def test_it_says_why_it_is_on_my_list_and_who_was_asked(page: Client, web: Repository, record: Record) -> None:
    team = Team.objects.create(name="acme/platform", members_known=True)
    team.set_members(["heron", "wren"])
    requests = (item("review_requested", 1, "plover", "heron"), item("review_requested", 2, "plover", "acme/platform"))
    record(
        web,
        snapshot(1, author="plover", review_requests=(asked("heron"), asked("acme/platform")), timeline=requests),
        minutes=5,
    )
    said = text(page.get(ONE))
    assert "Your turn: review requested by plover" in said
    assert "You are asked for a review" in said
    assert "Team platform is asked, and you are in it" in said
    assert "direct request" in said
    assert "not yet" in said


def test_the_ledger_remembers_what_github_forgets(page: Client, web: Repository, record: Record) -> None:
    request = item("review_requested", 1, "plover", "lark")
    record(web, snapshot(1, author="plover", review_requests=(asked("lark"),), timeline=(request,)), minutes=2)
    done = item("reviewed", 3, "lark", "approved")
    later = {"reviews": (review("lark", minutes=3),), "timeline": (request, done), "updated_at": at(3)}
    record(web, snapshot(1, author="plover", **later), minutes=4)
    said = text(page.get(ONE))
    assert "reviewed by lark" in said
    assert "lark approved" in said


def test_whoever_is_asked_and_away_is_said_to_be(page: Client, web: Repository, record: Record) -> None:
    user("lark")
    now = timezone.now()
    back = now + timedelta(days=30)
    Person.objects.filter(github_login="lark").update(away_from=now - timedelta(hours=1), away_until=back)
    request = item("review_requested", 1, "plover", "lark")
    record(web, snapshot(1, author="plover", review_requests=(asked("Lark"),), timeline=(request,)), minutes=2)
    words = f"away until {day_of_return(back, now)}"
    said = text(page.get(ONE))
    assert f"They are {words}" in said
    assert re.search(rf"not yet .* {words}", said)
    assert f"review requested by plover {words}" in text(page.get("/?q=is:open"))
    Person.objects.filter(github_login="lark").update(away_until=now - timedelta(minutes=1))
    assert "away until" not in text(page.get(ONE)) + text(page.get("/?q=is:open"))


APPROVED: dict[str, Any] = {
    "author": "plover",
    "reviews": (review("lark", minutes=3),),
    "timeline": (item("reviewed", 3, "lark", "approved"),),
}


def counted(**facts: Any) -> dict[str, Any]:
    """An approved pull request, with facts about its merge."""
    return {**APPROVED, "merging": merging(**{"decision": "approved", "same_repository": True, **facts})}


def test_in_the_merge_queue_it_is_nobodys_turn(page: Client, web: Repository, record: Record) -> None:
    facts = {"merge_queue": MergeQueueEntry(2, at(4)), "unresolved_threads": 1}
    record(web, snapshot(1, **counted(**facts)), minutes=5)
    said = text(page.get(ONE))
    assert "In the merge queue, position 2 Nobody’s turn, since" in said
    assert re.search(r"In the merge queue since [^,]+, position 2", said)
    assert "1 unresolved conversation" in said
    assert "Required approvals enough" in said
    row = text(page.get("/?q=is:open"))
    assert "In queue" in row
    assert "in the merge queue, position 2" in row
    assert "1 unresolved thread" in row


def test_auto_merge_says_by_whom_since_when(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, **counted(auto_merge=AutoMerge("Heron", at(4)))), minutes=5)
    said = text(page.get(ONE))
    assert "Merges by itself when checks pass Nobody’s turn, since" in said
    assert re.search(r"Auto-merge on since [^,]+, by you", said)
    assert "Auto-merge" in text(page.get("/?q=is:open"))


def test_a_stack_is_shown_whole_and_in_order(page: Client, web: Repository, record: Record) -> None:
    same = {"merging": merging(same_repository=True)}
    below = snapshot(12, head="below", author="lark", **same)
    middle = snapshot(1, head="middle", base="below", **counted())
    record(web, below, middle, snapshot(7, head="top", base="middle", draft=True, **same), minutes=5)
    link = '<a href="/pull-requests/acme/web/12">#12</a>'
    shown = page.get(ONE)
    assert "Waits for #12 Nobody’s turn" in text(shown)
    stack = "#12 no review Change number 1 #1 approved Change number 7 #7 draft"
    assert f"Stack, first to merge first Change number 12 {stack}" in text(shown)
    assert link in shown.content.decode()
    for search in ("is:stacked", "is:open"):
        assert "Stack: #12 no review › #1 approved › #7 draft" in text(page.get(f"/?q={search}"))
    assert "waits for #12" in text(page.get("/?q=is:stacked"))
    assert page.get("/?q=%23" + "12").content.decode().count('href="/pull-requests/acme/web/7"') == 1
    record(
        web, snapshot(1, base="below", author="plover", review_requests=(asked("lark"),), updated_at=at(6)), minutes=7
    )
    assert "Stack: #12 no review › #1 in review" in text(page.get("/?q=is:stacked")), "also while reviews go on"


def test_what_github_did_not_say_is_not_known(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, merging=merging(not_known=("decision",))))
    assert "Required approvals not known" in text(page.get(ONE))
    record(web, snapshot(1, merging=merging(), updated_at=at(3)), minutes=4)
    assert "Required approvals the branch asks for none" in text(page.get(ONE))
    record(web, snapshot(1, merging=merging(decision="review_required"), updated_at=at(5)), minutes=6)
    assert "Required approvals another one is needed" in text(page.get(ONE))
    record(web, snapshot(1, state="merged", merged_at=at(7), closed_at=at(7), updated_at=at(7)), minutes=8)
    assert "Required approvals" not in text(page.get(ONE))


def test_who_was_not_waited_for_reads_approved_without(page: Client, web: Repository, record: Record) -> None:
    asks = tuple(item("review_requested", 1, "plover", name) for name in ("heron", "wren"))
    told = {"review_requests": (asked("heron"), asked("wren")), "timeline": (*asks, *APPROVED["timeline"])}
    record(web, snapshot(1, **{**counted(), **told}), minutes=5)
    said = text(page.get(ONE))
    assert "approved without you, by lark" in said
    assert "approved without them, by lark" in said
    assert "Your turn" not in said
    assert "approved without you" in text(page.get("/?q=is:open"))


def test_an_approval_that_went_stale_is_nobodys_fault(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, **counted()), minutes=5)
    stale = replace(item("review_dismissed", 7, "plover", "lark"), by_push=True)
    left = {"reviews": (review("lark", "dismissed", 3),), "timeline": (*APPROVED["timeline"], stale)}
    again = {**counted(decision="review_required"), **left, "head_sha": "c" * 40, "updated_at": at(7)}
    record(web, snapshot(1, **again), minutes=8)
    said = text(page.get(ONE))
    assert "lark’s approval went stale with new commits" in said
    assert "Decision: approved → review required" in said
    assert "dismissed" not in said.replace("review dismissed", "")


def test_the_story_tells_each_thing_once(page: Client, web: Repository, record: Record) -> None:
    early = item("commented", 1, "wren")
    record(web, snapshot(1, author="plover", timeline=(early,)), minutes=2, first=True)
    late = item("reviewed", 5, "lark", "changes_requested")
    changed = {"reviews": (review("lark", "changes_requested", 5),), "timeline": (early, late), "updated_at": at(5)}
    record(web, snapshot(1, author="plover", ci="failure", **changed), minutes=6)
    said = text(page.get(ONE))
    for once in ("plover opened it", "wren commented", "lark requested changes", "Checks failed"):
        assert said.count(once) == 1, once


def test_code_owners_see_the_rule(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="plover"))
    pull = web.pull_requests.get()
    rule = {"owner": "@heron", "rule": "/api/<b>", "line": 14, "paths": ["api/one.py"], "paths_total": 1}
    pull.document = pull.document.replace('"code_owners":[]', f'"code_owners":[{str(rule).replace(chr(39), chr(34))}]')
    pull.save()
    pull.involvements.create(role="code_owner", name="heron")
    answer = page.get(ONE)
    assert "You own code it changes" in text(answer)
    assert "line 14 wins" in text(answer)
    assert b"/api/<b>" not in answer.content


@pytest.mark.parametrize(
    "address",
    ["/pull-requests/acme/web/2", "/pull-requests/acme/vault/1", "/pull-requests/acme/web/" + "9" * 40, "/nowhere"],
)
def test_what_is_not_there_has_a_page_of_its_own(page: Client, web: Repository, record: Record, address: str) -> None:
    record(builders.repository("acme/vault", private=True), snapshot(1))
    answer = page.get(address)
    assert answer.status_code == 404
    assert "No such page" in text(answer)


def test_the_queries_do_not_grow_with_the_history(
    page: Client, web: Repository, record: Record, django_assert_max_num_queries: Any
) -> None:
    for minute in range(20):
        record(web, snapshot(1, title=f"Title {minute}", updated_at=at(minute)), minutes=minute)
    with django_assert_max_num_queries(24):
        assert text(page.get(ONE)).count("changed the title to") == 19


# What one does with it


def acting(page: Client, verb: str, **sent: str) -> str:
    return text(page.post(f"{ONE}/{verb}", sent, follow=True))


def test_taking_it_and_giving_it_back(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="lark"))
    said = acting(page, "claim")
    assert "You are on it. " in said
    assert "Give it back" in said
    assert "Given back." in acting(page, "release")
    assert not Claim.objects.exists()


def test_ones_own_is_not_taken(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="heron"))
    assert "I’m on it" not in text(page.get(ONE))
    assert "Nothing changed: it is your own" in acting(page, "claim")


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("hour", "Snoozed until"),
        ("monday", "Snoozed until"),
        ("author_update", "Snoozed until the author updates"),
        ("ready_for_review", "Snoozed until it is ready for review"),
        ("mute", "Muted"),
    ],
)
def test_putting_it_off_and_waking_it(page: Client, web: Repository, record: Record, choice: str, said: str) -> None:
    record(web, snapshot(1, author="lark", draft=True))
    assert said in acting(page, "snooze", until=choice)
    assert "Back on your list." in acting(page, "wake")
    assert not Snooze.objects.exists()


def test_nonsense_puts_nothing_off(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="lark"))
    assert "choose until when" in acting(page, "snooze", until="<b>")
    assert "choose until when" in acting(page, "snooze", until="ready_for_review")  # it is
    assert not Snooze.objects.exists()
    assert page.get(f"{ONE}/snooze")["Location"] == ONE  # the page the form stands on
    assert page.post("/pull-requests/acme/web/2/claim").status_code == 404
