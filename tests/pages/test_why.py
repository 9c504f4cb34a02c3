"""The page that explains a pull request: every rule and every delivery, of oneself, or for staff of anybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from monitor.models import PullRequest, Repository, Subscription
from notifications.models import Delivery
from notifications.pages.rule_titles import QUIET_TITLES, TURN_TITLES, WAIT_TITLES
from tests import builders
from tests.builders import asked, at, item, snapshot
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
Record = Callable[..., list[int]]
PULL = "/pull-requests/acme/web/1"
WHY = f"{PULL}/why"


@pytest.fixture
def one(web: Repository, record: Record) -> PullRequest:
    """acme/web#1 by lark, who asked heron for a review."""
    request = item("review_requested", 1, "lark", "heron")
    record(web, snapshot(1, author="lark", review_requests=(asked("heron"),), timeline=(request,)), minutes=2)
    return web.pull_requests.get()


def told(who: Any, one: PullRequest, **values: Any) -> Delivery:
    given = {"event": Delivery.objects.count() + 1, "asked_kind": "user", "asked_name": "heron", "recipient": "heron"}
    return Delivery.objects.create(user=who, pull_request=one, due_at=at(3), **(given | values))


def test_every_rule_has_a_title_of_its_own() -> None:
    titles = [*TURN_TITLES.values(), *WAIT_TITLES.values(), *QUIET_TITLES.values()]
    assert len(set(titles)) == len(titles)
    assert {*WAIT_TITLES, *QUIET_TITLES} >= set(Delivery.Rule.values)


def test_the_page_of_the_pull_request_leads_there(page: Client, one: PullRequest) -> None:
    answer = page.get(PULL)
    assert f'href="{WHY}"' in answer.content.decode()
    assert "Why is this (not) on my list?" in text(answer)


def test_what_holds_comes_first_in_words(page: Client, one: PullRequest) -> None:
    said = text(page.get(WHY))
    assert "Your turn: review requested by lark" in said
    assert "Your roles: review requested." in said
    first = said.index("Your review is requested your turn holds Review requested by lark.")
    assert first < said.index("Checks fail your turn does not hold Checks passed.")
    assert "It is a draft what it waits for does not hold It is not a draft." in said
    titles = {**TURN_TITLES, **WAIT_TITLES, **QUIET_TITLES}
    assert said.count(" does not hold ") + said.count(" holds ") == len(titles)
    assert "Of whom" not in said


def test_deliveries_in_words(page: Client, heron: Any, one: PullRequest) -> None:
    said = text(page.get(WHY))
    assert "None: Slack is not set up here." in said
    told(heron, one, state="suppressed", rule="snoozed", reason="snoozed or muted", ended_at=at(4))
    told(heron, one, state="failed", channel="#reviews", answer="channel_not_found", ended_at=at(5))
    told(heron, one, state="sent", personal=True, channel="U1", reason="review requested by <b>", ended_at=at(6))
    answer = page.get(WHY)
    said = text(answer)
    assert "kept back You snoozed or muted it snoozed or muted" in said
    assert "#reviews your review failed channel_not_found" in said
    assert "a direct message your review sent" in said
    assert b"by <b>" not in answer.content


@pytest.mark.parametrize("who", ["heron", "Heron-On-GitHub"])
def test_staff_choose_a_person(browser_of: Callable[[Any], Client], heron: Any, one: PullRequest, who: str) -> None:
    heron.person.github_login = "heron-on-github"
    heron.person.save()
    lead = browser_of(builders.user("lead", is_staff=True))
    own = text(lead.get(WHY))
    assert "Of whom: username or GitHub login" in own
    assert (
        "It is not your turn You have no role in it. You do not watch acme/web, so it is on none of your lists." in own
    )
    said = text(lead.get(WHY, {"user": who}))
    assert "Why is this (not) on the list of heron-on-github" in said
    assert "“You” on this page is heron-on-github" in said
    assert "nobody has asked you" in said.lower()


@pytest.mark.parametrize("wanted", ["nobody", "x" * 500, "a\x00b", "<b>"])
def test_staff_ask_for_nobody(browser_of: Callable[[Any], Client], one: PullRequest, wanted: str) -> None:
    answer = browser_of(builders.user("lead", is_staff=True)).get(WHY, {"user": wanted})
    assert answer.status_code == 422
    assert "There is no such user." in text(answer)
    assert "Every rule" not in text(answer)
    assert b'value="<b>' not in answer.content


def test_others_do_not(page: Client, one: PullRequest) -> None:
    assert page.get(WHY, {"user": "heron"}).status_code == 403


@pytest.mark.parametrize("address", ["/pull-requests/acme/web/2/why", "/pull-requests/acme/vault/1/why"])
def test_what_one_may_not_see_is_not_there(page: Client, one: PullRequest, record: Record, address: str) -> None:
    vault = builders.repository("acme/vault", private=True)
    record(vault, snapshot(1, node_id="PR_vault"))
    assert page.get(address).status_code == 404


def test_messages_switched_off_are_said(page: Client, heron: Any, one: PullRequest) -> None:
    heron.person.slack = False
    heron.person.save()
    assert "You have switched messages in Slack off." in text(page.get(WHY))
    Subscription.objects.all().delete()
    assert "You do not watch acme/web, so it is on none of your lists." in text(page.get(WHY))


def test_it_is_read_only_and_needs_no_script(page: Client, one: PullRequest) -> None:
    assert page.post(WHY).status_code == 405
    main = page.get(WHY).content.decode().partition('id="main"')[2].partition("</main>")[0]
    assert "<script" not in main
    assert "style=" not in main
