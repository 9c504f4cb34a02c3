"""From an event to a message in Slack: once, after the delay, and only what is still true."""

import multiprocessing
import signal
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from monitor import queries
from monitor.models import Claim, Event, Person, PullRequest, Snooze, Subscription
from monitor.recording import record, rederive
from notifications import delivery
from notifications.models import Delivery, Reader
from tests.builders import asked, item, repository, review, snapshot
from tests.fixtures_slack import Answer, Slack, error, limited
from tests.notifications.story import Story, rows
from tests.refusing import refusing


def test_a_review_request_is_posted_once_after_the_delay(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    assert story.deliver() == 0
    assert story.after(59) == 0
    assert story.after(1) == 1
    [post] = by_webhook.posts
    assert post.path == "/services/T1/B1/secret"
    assert (
        post.text == "wren: review requested by heron – <https://github.com/acme/web/pull/1|acme/web#1> Change number 1"
    )
    assert story.after(3600) == 0
    assert rows() == [("wren", "sent", "")]
    assert Delivery.objects.get().reason == "review requested by heron"


def test_the_same_look_again_says_nothing(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    story.after()
    assert record(story.repository, [story.seen], now=story.now) == []
    assert story.after() == 0
    assert len(by_webhook.posts) == 1


def test_the_first_look_is_silent(db: None, by_webhook: Slack):
    story = Story()
    story.watcher("wren")
    found = snapshot(2, review_requests=(asked("wren"),))
    assert record(story.repository, [found], now=story.now, first_look=True) == []
    assert story.after() == 0
    assert rows() == []


def test_a_new_pull_request_asks_all_its_reviewers_in_one_post(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch")
    record(story.repository, [snapshot(2, review_requests=(asked("wren"), asked("finch")))], now=story.now)
    assert story.after() == 1
    assert by_webhook.posts[0].text.startswith("finch and wren: ") or by_webhook.posts[0].text.startswith(
        "wren and finch: "
    )
    assert {state for _, state, _ in rows()} == {"sent"}


def test_who_does_not_watch_is_not_told(story: Story, by_webhook: Slack):
    story.watcher("wren", filters=["author"])
    story.watcher("finch", slack=False)
    story.watcher("lark")
    Subscription.objects.filter(user__username="lark").delete()
    story.ask("wren", "finch", "lark", "nobody-we-know")
    assert story.after() == 0
    assert rows() == []


def test_without_slack_nothing_is_planned_and_nothing_piles_up(story: Story, slack: Slack, settings):
    story.watcher("wren")
    story.ask("wren")
    assert story.after() == 0
    assert rows() == []
    assert Reader.objects.get(name=Reader.SLACK).position == queries.head()
    settings.SLACK_WEBHOOK_URL = settings.SLACK_API_URL
    assert story.after() == 0, "what happened before Slack was set up stays untold"


# Where it goes


def test_a_known_person_gets_a_direct_message(story: Story, by_bot: Slack):
    story.watcher("wren", slack_user_id="U0WREN", time_zone="Europe/Berlin")
    story.ask("wren")
    assert story.after() == 1
    [post] = by_bot.posts
    assert (post.path, post.token, post.body["channel"]) == ("/api/chat.postMessage", "xoxb-for-tests", "U0WREN")
    assert post.text.startswith("*Your turn:* review requested by heron – ")
    assert "Waiting since 10:00 CET" in post.shown
    row = Delivery.objects.get()
    assert (row.posted_to, row.ts, row.personal) == ("D0001", "1700000000.000001", True)


def test_everybody_else_is_told_in_the_default_channel(story: Story, by_bot: Slack):
    story.watcher("wren")
    story.ask("wren")
    assert story.after() == 1
    assert by_bot.posts[0].body["channel"] == "C0DEFAULT"


def test_in_the_channel_of_a_webhook_a_known_person_is_mentioned(story: Story, by_webhook: Slack):
    story.watcher("wren", slack_user_id="U0WREN")
    story.ask("wren")
    assert story.after() == 1
    assert by_webhook.posts[0].text.startswith("<@U0WREN>: review requested by heron")


def test_without_a_default_channel_the_row_says_why_nobody_was_told(story: Story, by_bot: Slack, settings):
    settings.SLACK_CHANNEL = ""
    story.watcher("wren")
    story.ask("wren")
    assert story.after() == 0
    row = Delivery.objects.get()
    assert (row.state, row.answer) == ("failed", "no Slack user is known for them, and there is no default channel")


# Teams


def test_a_team_is_told_through_its_members(story: Story, by_bot: Slack):
    story.team("acme/platform", "wren", "finch", "heron", "nobody-we-know")
    for login in ("wren", "finch", "heron"):
        story.watcher(login, slack_user_id=f"U0{login.upper()}")
    story.ask("acme/platform")
    assert story.after() == 2
    assert {post.body["channel"] for post in by_bot.posts} == {"U0WREN", "U0FINCH"}
    assert by_bot.posts[0].text.startswith("*Your turn:* review requested from team platform – ")
    assert rows() == [("finch", "sent", ""), ("heron", "suppressed", "own_action"), ("wren", "sent", "")]


def test_in_a_channel_a_team_of_many_is_one_post(story: Story, by_webhook: Slack):
    story.team("acme/platform", "wren", "finch")
    story.watcher("wren")
    story.watcher("finch", slack_user_id="U0FINCH")
    story.ask("acme/platform")
    assert story.after() == 1
    assert by_webhook.posts[0].text.startswith("team acme/platform: review requested by heron – ")
    assert rows() == [("finch", "sent", ""), ("wren", "sent", "")]


def test_a_team_whose_members_are_not_known_is_told_as_a_whole(story: Story, by_bot: Slack):
    story.watcher("lead", filters=["all"])
    story.ask("acme/platform")
    assert story.after() == 1
    assert by_bot.posts[0].body["channel"] == "C0DEFAULT"
    assert rows() == [("acme/platform", "sent", "")]


def test_a_team_as_a_whole_is_not_told_of_what_no_watcher_may_see_any_more(story: Story, by_webhook: Slack):
    story.watcher("lark", filters=["all"])
    type(story.repository).objects.update(private=True)
    story.ask("acme/platform")
    story.after()
    assert rows() == []
    assert by_webhook.posts == []


def test_a_team_of_nobody_but_the_one_who_asks_is_not_told(story: Story, by_webhook: Slack):
    story.team("acme/platform", "heron")
    story.watcher("heron")
    story.ask("acme/platform")
    assert story.after() == 0
    assert rows() == [("heron", "suppressed", "own_action")]


def test_asked_directly_and_by_team_is_told_once(story: Story, by_bot: Slack):
    story.team("acme/platform", "wren")
    story.watcher("wren", slack_user_id="U0WREN")
    story.ask("wren", "acme/platform")
    assert story.after() == 1
    assert sorted(rows()) == [("wren", "sent", ""), ("wren", "suppressed", "direct_beats_team")]
    assert by_bot.posts[0].text.startswith("*Your turn:* review requested by heron – ")


# What is true when the delay is over

NOT_WATCHING = "no longer watches the repository, may no longer see it, or turned messages off"


def _withdrawn(story: Story) -> None:
    story.withdraw("wren")


def _reviewed(story: Story) -> None:
    minutes = story.seconds / 60
    story.become(
        item("reviewed", minutes, "wren", "approved"), review_requests=(), reviews=(review("wren", minutes=minutes),)
    )


def _merged(story: Story) -> None:
    story.become(item("merged", story.seconds / 60, "heron"), state="merged", merged_at=story.now, closed_at=story.now)


def _drafted(story: Story) -> None:
    story.become(item("drafted", story.seconds / 60, "heron"), draft=True)


def _snoozed(story: Story) -> None:
    user = Subscription.objects.get(user__username="wren").user
    Snooze.objects.create(user=user, pull_request=story.repository.pull_requests.get())


def _unsubscribed(story: Story) -> None:
    Subscription.objects.filter(user__username="wren").delete()


def _turned_off(story: Story) -> None:
    Person.objects.filter(user__username="wren").update(slack=False)


def _made_private(story: Story) -> None:
    story.repository.private = True
    story.repository.save()


@pytest.mark.parametrize(
    ("happens", "rule", "reason"),
    [
        (_withdrawn, "settled_while_waiting", "the request was withdrawn by heron"),
        (_reviewed, "settled_while_waiting", "reviewed by wren"),
        (_merged, "settled_while_waiting", "the pull request is merged"),
        (_drafted, "draft", "it is a draft: the clock starts when it is ready for review"),
        (_snoozed, "snoozed", "snoozed or muted"),
        (_unsubscribed, "settled_while_waiting", NOT_WATCHING),
        (_made_private, "settled_while_waiting", NOT_WATCHING),
        (_turned_off, "settled_while_waiting", NOT_WATCHING),
    ],
)
def test_what_happens_in_the_delay_counts(story: Story, by_webhook: Slack, happens, rule, reason):
    story.watcher("wren")
    story.ask("wren")
    story.after(30)
    happens(story)
    assert story.after(30) == 0
    assert by_webhook.posts == []
    row = Delivery.objects.get()
    assert (row.state, row.rule, row.reason) == ("suppressed", rule, reason)


def _take(story: Story, login: str) -> None:
    until = story.now + timedelta(hours=24)
    Claim.objects.create(pull_request=PullRequest.objects.get(), login=login, since=story.now, until=until)
    rederive(PullRequest.objects.all(), now=story.now)


def test_what_a_teammate_took_is_nothing_to_tell_the_team(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch", github_login_confirmed=True)
    story.team("acme/ui", "wren", "finch")
    story.ask("acme/ui")
    _take(story, "finch")
    assert story.after(60) == 0
    reasons = set(Delivery.objects.values_list("rule", "reason"))
    assert reasons == {("settled_while_waiting", "taken by finch")}


def test_under_a_login_that_nobody_confirmed_it_is_not_taken_and_the_team_is_told(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch")
    story.team("acme/ui", "wren", "finch")
    story.ask("acme/ui")
    _take(story, "finch")
    assert story.after(60) == 1
    assert rows() == [("finch", "sent", ""), ("wren", "sent", "")]


def test_who_is_asked_in_person_is_told_whoever_else_took_it(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch")
    story.ask("wren")
    _take(story, "finch")
    assert story.after(60) == 1
    assert rows() == [("wren", "sent", "")]


def test_a_team_asked_again_after_whoever_took_it_has_reviewed_is_told(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch")
    story.team("acme/ui", "wren", "finch")
    story.ask("acme/ui")
    story.after(60)
    _take(story, "finch")
    story.pass_by(60)
    story.become(item("reviewed", story.seconds / 60, "finch", "commented"), review_requests=())
    story.pass_by(60)
    story.ask("acme/ui")
    assert story.after(60) == 1
    assert rows()[-2:] == [("finch", "sent", ""), ("wren", "sent", "")]


def test_withdrawn_and_asked_again_is_told_once(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    story.after(10)
    story.withdraw("wren")
    story.after(10)
    story.ask("wren")
    assert story.after(40) == 1
    assert story.after(60) == 0
    assert rows() == [("wren", "sent", ""), ("wren", "suppressed", "already_told")]


def test_asked_again_after_a_review_is_told_again(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    assert story.after() == 1
    _reviewed(story)
    story.pass_by(600)
    story.ask("wren")
    assert story.after() == 1
    assert len(by_webhook.posts) == 2


def test_one_of_two_requests_withdrawn_leaves_the_other(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch")
    story.ask("wren", "finch")
    story.after(30)
    story.withdraw("wren")
    assert story.after(30) == 1
    assert by_webhook.posts[0].text.startswith("finch: review requested by heron")


def test_drafts_are_silent_until_ready_and_then_wait_anew(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.become(item("drafted", 0, "heron"), draft=True)
    story.ask("wren")
    assert story.after(3600) == 0
    story.become(item("ready_for_review", story.seconds / 60, "heron"), draft=False)
    assert story.after(59) == 0
    assert story.after(1) == 1
    assert rows() == [("wren", "suppressed", "draft"), ("wren", "sent", "")]


def test_ones_own_action_is_not_told(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren", by="Wren")
    assert story.after() == 0
    assert rows() == [("wren", "suppressed", "own_action")]


def test_pull_requests_by_bots_are_silent(story: Story, by_webhook: Slack):
    story.watcher("wren")
    found = snapshot(2, author="dependabot", author_is_bot=True, review_requests=(asked("wren"),))
    record(story.repository, [found], now=story.now)
    assert story.after() == 0
    assert rows() == [("wren", "suppressed", "bot")]


def test_outsiders_learn_nothing_of_a_private_repository(story: Story, by_webhook: Slack):
    story.watcher("wren")
    hidden = repository("acme/vault", private=True)
    Subscription.objects.create(user=Subscription.objects.get().user, repository=hidden, filters=["all"])
    record(hidden, [snapshot(9, review_requests=(asked("wren"),))], now=story.now)
    assert story.after() == 0
    assert rows() == []


# When Slack does not take it


def _answered(story: Story, slack: Slack, answer: Answer) -> Delivery:
    story.watcher("wren", slack_user_id="U0WREN")
    story.ask("wren")
    slack.answers.append(answer)
    assert story.after() == 0
    return Delivery.objects.get()


@pytest.mark.parametrize("name", ["channel_not_found", "invalid_auth", "not_in_channel", "an_error_of_tomorrow"])
def test_a_refusal_for_good_is_shown(story: Story, by_bot: Slack, name: str):
    row = _answered(story, by_bot, error(name))
    assert (row.state, row.answer) == ("failed", name)
    assert story.after(86400) == 0
    assert len(by_bot.posts) == 1


@pytest.mark.parametrize("name", ["no_service", "channel_is_archived", "invalid_payload"])
def test_a_webhook_that_is_gone_is_shown(story: Story, by_webhook: Slack, name: str):
    row = _answered(story, by_webhook, Answer(404, name))
    assert (row.state, row.answer) == ("failed", name)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(503, "upstream connect error"),
        Answer(500, "rollup_error"),
        error("internal_error"),
        Answer(200, "<html>"),
    ],
)
def test_a_passing_fault_is_tried_again_and_the_wait_grows(story: Story, by_bot: Slack, answer: Answer):
    row = _answered(story, by_bot, answer)
    assert row.state == "waiting"
    assert row.answer
    by_bot.answers.append(answer)
    assert story.after(5) == 0
    assert story.after(9) == 0
    assert len(by_bot.posts) == 2
    assert story.after(1) == 1
    assert rows() == [("wren", "sent", "")]


def test_a_slack_that_is_away_is_tried_again(story: Story, by_webhook: Slack, settings):
    reachable, settings.SLACK_WEBHOOK_URL = settings.SLACK_WEBHOOK_URL, "http://127.0.0.1:9/nobody"
    story.watcher("wren")
    story.ask("wren")
    assert story.after() == 0
    assert "Slack could not be reached" in Delivery.objects.get().answer
    settings.SLACK_WEBHOOK_URL = reachable
    assert story.after(5) == 1


def test_a_day_of_failures_is_enough(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    by_webhook.answers.extend([Answer(503, "no")] * 2)
    story.after()
    assert story.after(86400) == 0
    row = Delivery.objects.get()
    assert (row.state, row.answer) == ("failed", "HTTP 503: no")


def test_retry_after_holds_back_every_message(story: Story, by_bot: Slack):
    story.watcher("wren", slack_user_id="U0WREN")
    story.watcher("finch", slack_user_id="U0FINCH")
    story.ask("wren")
    story.ask("finch")
    by_bot.answers.append(limited(120))
    assert story.after() == 0
    assert story.after(119) == 0
    assert len(by_bot.posts) == 1
    assert story.after(1) == 2
    assert {state for _, state, _ in rows()} == {"sent"}


def test_while_it_is_tried_again_the_request_may_vanish(story: Story, by_webhook: Slack):
    row = _answered(story, by_webhook, Answer(503, "no"))
    story.withdraw("wren")
    assert story.after(3600) == 0
    row.refresh_from_db()
    assert (row.state, row.rule, len(by_webhook.posts)) == ("suppressed", "settled_while_waiting", 1)


def test_a_message_that_cannot_be_written_does_not_hold_back_the_others(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    story.repository.pull_requests.update(document="{}")
    other = snapshot(2, review_requests=(asked("wren"),))
    record(story.repository, [other], now=story.now)
    assert story.after() == 1
    assert rows() == [("wren", "failed", ""), ("wren", "sent", "")]
    assert "KeyError" in Delivery.objects.order_by("id")[0].answer


# Several workers, and workers that die


@pytest.mark.django_db(transaction=True)
def test_killed_between_sending_and_saving_it_is_sent_again_when_the_lease_ends(by_webhook: Slack):
    story = Story()
    story.watcher("wren")
    story.ask("wren")
    story.pass_by(60)
    connection.close()  # a connection does not survive a fork in two processes
    worker = multiprocessing.get_context("fork").Process(target=story.deliver)
    by_webhook.answers.append(Answer(meanwhile=lambda: worker.kill()))
    worker.start()
    worker.join(10)
    assert worker.exitcode == -signal.SIGKILL
    assert rows() == [("wren", "waiting", "")]
    assert story.after(59) == 0
    assert len(by_webhook.posts) == 1
    assert story.after(1) == 1
    assert rows() == [("wren", "sent", "")]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once(by_webhook: Slack):
    story = Story()
    story.watcher("wren")
    story.ask("wren")
    story.deliver()
    story.pass_by(60)
    sent: list[int] = []

    def another() -> None:
        try:
            sent.append(len(delivery.claim(story.now)))
            sent.append(story.deliver())
        finally:
            connection.close()

    def meanwhile() -> None:
        workers = [threading.Thread(target=another) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    by_webhook.answers.append(Answer(meanwhile=meanwhile))
    assert story.deliver() == 1
    assert sent == [0] * 8
    assert len(by_webhook.posts) == 1


@pytest.mark.django_db(transaction=True)
def test_one_due_message_is_claimed_by_one_of_many(by_webhook: Slack):
    story = Story()
    story.watcher("wren")
    story.watcher("finch")
    story.ask("wren", "finch")
    start, claimed = threading.Barrier(6), []

    def worker() -> None:
        try:
            start.wait()
            delivery.plan(story.now)
            claimed.append(len(delivery.claim(story.now + timedelta(seconds=60))))
        finally:
            connection.close()

    workers = [threading.Thread(target=worker) for _ in range(6)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert Delivery.objects.count() == 2
    assert sorted(claimed) == [0, 0, 0, 0, 0, 2]


def test_an_expired_lease_no_longer_writes(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    story.deliver()
    story.pass_by(60)
    [mine] = delivery.claim(story.now)
    story.pass_by(60)
    [theirs] = delivery.claim(story.now)
    delivery.outcome.failed([mine], "too late", story.now)
    theirs.refresh_from_db()
    assert theirs.state == "waiting"


# Planning


def test_planning_costs_the_same_for_few_and_for_many(story: Story, by_bot: Slack, django_assert_max_num_queries):
    story.team("acme/platform", "finch", "lark")
    for login in ("wren", "finch", "lark"):
        story.watcher(login)
    news = [snapshot(number, review_requests=(asked("wren"), asked("acme/platform"))) for number in range(2, 40)]
    record(story.repository, news, now=story.now)
    with django_assert_max_num_queries(22):  # SQLite takes four statements for so many rows
        delivery.plan(story.now)
    assert Delivery.objects.count() == 38 * 3


def test_nothing_new_costs_two_reads(story: Story, by_bot: Slack, django_assert_num_queries):
    story.deliver()
    with django_assert_num_queries(2):
        delivery.plan(story.now)


def test_events_beyond_one_page_are_all_read(story: Story, by_webhook: Slack, monkeypatch):
    monkeypatch.setattr("notifications.planning.PAGE", 3)
    story.watcher("wren")
    record(story.repository, [snapshot(n, review_requests=(asked("wren"),)) for n in range(2, 12)], now=story.now)
    assert delivery.plan(story.now) == Event.objects.count() == 10
    assert delivery.plan(story.now) == 0


def test_a_database_that_is_away_while_sending_loses_no_message(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    story.deliver()
    story.pass_by(60)
    with refusing('FROM "monitor_snooze"'), pytest.raises(OperationalError):
        story.deliver()
    assert rows() == [("wren", "waiting", "")]
    story.pass_by(60)
    assert story.deliver() == 1
    assert rows() == [("wren", "sent", "")]
