"""`/why`: why a pull request is, or is not, on somebody's list, and why they were, or were not, told."""

from typing import Any, get_args

import pytest
from django.contrib.auth.models import User

from monitor.actions import claims, snoozes
from monitor.models import Person, PullRequest, Repository, Subscription, Team
from monitor.recording.recorder import record
from monitor.rules.turns import TurnCode, WaitCode
from notifications.models import Delivery
from tests.api.conftest import Caller, code_of, subscribe
from tests.api.test_deliveries import told
from tests.builders import asked, at, item, merging, repository, review, snapshot, user

pytestmark = pytest.mark.django_db
TWO = "acme/web#2"


def lines(body: Any) -> dict[str, tuple[bool, str]]:
    return {line["rule"]: (line["holds"], line["words"]) for line in body["rules"]}


def held(body: Any) -> dict[str, str]:
    return {line["rule"]: line["words"] for line in body["rules"] if line["holds"]}


def request_review(web: Repository, *names: str, by: str = "wren", minutes: float = 20, **changed: Any) -> None:
    """Pull request 2, by wren, with review requests."""
    timeline = tuple(item("review_requested", minutes, by, name) for name in names)
    given = {"author": "wren", "review_requests": tuple(asked(name) for name in names), "timeline": timeline}
    record(web, [snapshot(2, updated_at=at(minutes), **given | changed)], now=at(minutes))


def test_exactly_the_promised_keys_and_every_rule_once_in_order(api: Caller, web: Any) -> None:
    body = api.read("/why", pull_request=TWO)
    assert list(body) == ["roles", "turn", "rules", "deliveries"]
    assert {tuple(line) for line in body["rules"]} == {("rule", "holds", "words")}
    every = dict.fromkeys([*get_args(TurnCode), *get_args(WaitCode), *Delivery.Rule.values])
    assert [line["rule"] for line in body["rules"]] == list(every)
    assert all(line["words"] for line in body["rules"])


def test_a_request_in_the_words_of_the_turn(api: Caller, heron: User, web: Any) -> None:
    request_review(web, "heron")
    told(heron, 2, state="sent", channel="U0HERON", answer="ok", reason="review requested by wren", ended_at=at(21))
    body = api.read("/why", pull_request="ACME/web#2")
    assert body["roles"] == ["review_requested"]
    assert body["turn"] == {
        "code": "review_requested",
        "reason": "review requested by wren",
        "since": "2026-03-02T09:20:00Z",
    }
    assert held(body)["review_requested"] == body["turn"]["reason"]
    assert lines(body)["draft"] == (False, "it is not a draft")
    assert lines(body)["checks_failing"] == (False, "checks passed")
    assert lines(body)["own_action"] == (False, "it is wren who asked, not you")
    assert body["deliveries"] == api.read("/deliveries", pull_request=TWO)["items"]


def test_what_keeps_a_message_back(api: Caller, heron: User, web: Any) -> None:
    request_review(web, "heron", draft=True)
    snoozes.snooze(heron, PullRequest.objects.get(number=2), until=None, until_event=None)
    Subscription.objects.all().delete()
    body = api.read("/why", pull_request=TWO)
    assert held(body) == {
        "draft": "a draft; no message: it is a draft: the clock starts when it is ready for review",
        "settled_while_waiting": "you do not watch acme/web",
        "snoozed": "snoozed or muted",
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda heron, web: Person.objects.update(slack=False), "you have switched messages in Slack off"),
        (lambda heron, web: Subscription.objects.all().delete(), "you do not watch acme/web"),
        (lambda heron, web: Repository.objects.update(private=True), "you may not see acme/web"),
        (lambda heron, web: User.objects.filter(pk=heron.pk).update(is_active=False), "your account is not active"),
    ],
)
def test_a_lead_learns_why_somebody_is_not_reached(heron: User, web: Any, change: Any, words: str) -> None:
    request_review(web, "heron")
    change(heron, web)
    body = Caller(user("lead", is_staff=True)).read("/why", pull_request=TWO, user="heron")
    assert held(body)["settled_while_waiting"] == words


def test_told_of_it_before(api: Caller, heron: User, web: Any) -> None:
    request_review(web, "heron")
    request = PullRequest.objects.get(number=2).requests.get()
    told(heron, 2, state="sent", request=request, ended_at=at(21))
    assert held(api.read("/why", pull_request=TWO))["already_told"] == "you were told of this request on 2026-03-02"


def test_a_message_that_was_kept_back(api: Caller, heron: User, web: Any) -> None:
    request_review(web, "heron")
    told(heron, 2, state="suppressed", rule="draft", reason="it was one", ended_at=at(21))
    assert held(api.read("/why", pull_request=TWO))["draft"] == (
        "it is not a draft; no message: a message was kept back on 2026-03-02: it was one"
    )


def test_a_team_and_the_person_in_it(api: Caller, heron: User, web: Any) -> None:
    Team.objects.create(name="acme/platform", members_known=True).set_members(["heron"])
    request_review(web, "heron", "acme/platform")
    request = PullRequest.objects.get(number=2).requests.get(kind="user")
    told(heron, 2, state="sent", request=request, ended_at=at(21))
    body = api.read("/why", pull_request=TWO)
    assert body["roles"] == ["review_requested", "team_requested"]
    assert lines(body)["team_requested"] == (False, "it would hold, but “review requested by wren” comes first")
    assert held(body)["direct_beats_team"] == "asked personally as well"


def test_enough_people_approved(api: Caller, heron: User, web: Any) -> None:
    request_review(
        web,
        "heron",
        reviews=(review("lark", minutes=25),),
        merging=merging(decision="approved"),
    )
    body = api.read("/why", pull_request=TWO)
    assert held(body)["enough"] == "enough people approved"
    assert lines(body)["review_requested"][1].startswith("enough people had approved on 2026-03-02")


def test_ones_own_and_one_that_nobody_asked_for(api: Caller, heron: User, web: Any) -> None:
    own = api.read("/why", pull_request="acme/web#1")
    assert held(own) == {"no_reviewer": "no reviewer yet", "own_action": "it is your own pull request"}
    other = api.read("/why", pull_request=TWO)
    assert lines(other)["review_requested"] == (False, "nobody has asked you or a team of yours")
    assert lines(other)["no_reviewer"] == (False, "no reviewer yet, but that is the turn of wren")
    assert other["turn"] is None


def test_a_claim_is_a_turn(api: Caller, heron: User, web: Any) -> None:
    claims.claim(heron, PullRequest.objects.get(number=2))
    body = api.read("/why", pull_request=TWO)
    assert held(body) == {"review_requested": "you are on it"}


def test_who_is_nobody_on_github(web: Any) -> None:
    body = Caller(user("robin", None)).read("/why", pull_request=TWO)
    assert body["roles"] == []
    assert lines(body)["review_requested"] == (False, "your GitHub login is not known here")


def test_staff_ask_for_anybody_by_name_number_or_github_login(api: Caller, heron: User, web: Any) -> None:
    request_review(web, "heron-on-github")
    Person.objects.filter(user=heron).update(github_login="Heron-on-GitHub")
    told(heron, 2, state="waiting")
    lead = Caller(user("lead", is_staff=True))
    for who in ("heron", str(heron.pk), "heron-ON-github"):
        body = lead.read("/why", pull_request=TWO, user=who)
        assert (body["turn"]["code"], len(body["deliveries"])) == ("review_requested", 1), who
    assert lead.read("/why", pull_request=TWO)["turn"] is None
    sent = lead.get("/why", pull_request=TWO, user="nobody")
    assert code_of(sent) == (422, "invalid")
    assert sent.json()["error"]["details"] == [{"field": "user", "message": "there is no such user"}]


def test_the_name_wins_over_the_login_of_somebody_else(heron: User, web: Any) -> None:
    user("robin", "heron-2")
    imposter = user("imposter", "robin")
    told(imposter, 2)
    lead = Caller(user("lead", is_staff=True))
    assert lead.read("/why", pull_request=TWO, user="robin")["deliveries"] == []


def test_nobody_else_may_ask_for_others(api: Caller, anybody: Caller, heron: User, web: Any) -> None:
    assert code_of(api.get("/why", pull_request=TWO, user="heron")) == (403, "forbidden")
    assert code_of(anybody.get("/why", pull_request=TWO)) == (401, "not_authenticated")


def test_what_one_may_not_see_is_not_there(api: Caller, heron: User, web: Any) -> None:
    vault = repository("acme/vault", private=True)
    subscribe(heron, vault)
    record(vault, [snapshot(7, node_id="PR_vault", author="wren")], now=at(1))
    assert code_of(api.get("/why", pull_request="acme/vault#7")) == (404, "repository_not_found")
    assert code_of(api.get("/why", pull_request="acme/web#77")) == (404, "not_found")
    assert Caller(user("lead", is_staff=True)).read("/why", pull_request="acme/vault#7")["turn"] is None


def test_what_is_no_pull_request(api: Caller) -> None:
    for text in ["nonsense", "acme/web", "acme/web#", "acme/web#x", "acme/web/1", "#1", "a/b#" + "9" * 30]:
        assert code_of(api.get("/why", pull_request=text)) == (422, "invalid"), text


def test_it_reads_the_same_however_many_messages_there_were(
    api: Caller, heron: User, web: Any, django_assert_max_num_queries: Any
) -> None:
    request_review(web, "heron")
    for _ in range(20):
        told(heron, 2, state="suppressed", rule="snoozed", reason="snoozed", ended_at=at(21))
    api.get("/me")
    with django_assert_max_num_queries(26):
        assert len(api.read("/why", pull_request=TWO)["deliveries"]) == 20
