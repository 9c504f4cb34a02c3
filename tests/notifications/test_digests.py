"""The daily digest: who gets it when, what it says, and that it comes once whatever happens."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from monitor.models import Person, PullRequest, Snooze
from monitor.recording.recorder import record
from notifications import tasks
from notifications.digests.digest_rows import LEASE
from notifications.digests.digest_sender import send_digests
from notifications.digests.ticking_off import tick_off
from notifications.models import Digest
from tests.builders import asked, at, repository, review, snapshot
from tests.fixtures_slack import Answer, Slack, error, limited
from tests.notifications.story import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def morning(story: Story) -> datetime:
    """Nine o'clock of the working day on which wren was asked for two reviews at night, and has a pull request."""
    people = {name: story.watcher(name, slack_user_id=f"U{name.upper()}", time_zone="UTC") for name in ("wren", "teal")}
    assert len(people) == 2
    nine = next(
        moment
        for moment in (at(0).replace(hour=9, minute=0) + timedelta(days=day) for day in range(1, 8))
        if moment.isoweekday() <= 5
    )
    asked_at = nine - timedelta(hours=20)
    record(
        story.repository,
        [
            snapshot(2, title="Small <one>", review_requests=(asked("wren"),), additions=1, updated_at=asked_at),
            snapshot(3, title="Larger one", review_requests=(asked("wren"),), additions=900, updated_at=asked_at),
            snapshot(4, title="My own", author="wren", reviews=(review("finch", "approved"),), updated_at=asked_at),
            snapshot(5, title="Forgotten", author="wren", draft=True, updated_at=nine - timedelta(days=30)),
        ],
        now=asked_at,
    )
    return nine


def sent(moment: datetime) -> dict[str, int]:
    return send_digests(lambda: moment).by_state


def test_it_tells_what_waits_for_whom_and_comes_once(morning: datetime, by_bot: Slack, settings: Any) -> None:
    settings.PUBLIC_URL = "https://prmonitor.example"
    assert sent(morning - timedelta(minutes=1)) == {}
    assert sent(morning) == {"sent": 1, "empty": 1}
    assert sent(morning + timedelta(minutes=1)) == {}
    (post,) = by_bot.posts
    assert post.body["channel"] == "UWREN"
    told = "".join(post.shown.split("\n"))
    places = [
        told.index(words)
        for words in (
            "Waiting on you (2)",
            "acme/web#2 Small <one> – review requested · waiting 9 h · over your limit",
            "acme/web#3 Larger one – review requested",
            "Your pull requests (1)",
            "acme/web#4 My own – approved, ready to merge",
            "Stale (1)",
            "acme/web#5 Forgotten – nothing for 22 working days",
        )
    ]
    assert places == sorted(places)
    assert post.text == "Today – waiting on you: 2, your pull requests: 1, stale: 1"
    assert "https://prmonitor.example/profile" in str(post.body["blocks"])
    assert Digest.objects.get(user__username="wren").posted_to


def test_more_than_five_are_counted_and_linked(story: Story, morning: datetime, by_bot: Slack, settings: Any) -> None:
    settings.PUBLIC_URL = "https://prmonitor.example"
    many = [snapshot(number, review_requests=(asked("wren"),), updated_at=at(1)) for number in range(10, 20)]
    record(story.repository, many, now=at(1))
    sent(morning)
    (post,) = by_bot.posts
    assert "Waiting on you (12)" in post.shown
    assert post.shown.count("acme/web#1") == 5 - post.shown.count("acme/web#2 ") - post.shown.count("acme/web#3 ")
    assert "+7 more" in post.shown
    assert "https://prmonitor.example/?q=is%3Aopen+turn%3Ame" in str(post.body["blocks"])


def test_what_one_may_not_see_or_has_put_off_is_not_told(story: Story, morning: datetime, by_bot: Slack) -> None:
    secret = repository("acme/secret", private=True)
    record(secret, [snapshot(9, node_id="S9", review_requests=(asked("wren"),))], now=at(1))
    wren = Person.objects.get(github_login="wren").user
    for number in (2, 3):
        Snooze.objects.create(user=wren, pull_request=PullRequest.objects.get(number=number))
    sent(morning)
    assert "secret" not in by_bot.posts[0].shown
    assert "Waiting on you" not in by_bot.posts[0].shown


@pytest.mark.parametrize("changed", [{"digest": False}, {"slack": False}, {"slack_user_id": ""}, {"digest_hour": 11}])
def test_nobody_gets_one_who_wants_none(morning: datetime, by_bot: Slack, changed: dict[str, Any]) -> None:
    Person.objects.filter(github_login="wren").update(**changed)
    sent(morning)
    assert not by_bot.posts


def test_none_while_away_and_one_on_return_whatever_the_switch_says(morning: datetime, by_bot: Slack) -> None:
    back = morning + timedelta(hours=3)
    away = {"away_from": morning - timedelta(days=3), "away_until": back, "digest": False}
    Person.objects.filter(github_login="wren").update(**away)
    sent(morning)
    sent(back - timedelta(seconds=1))
    assert not by_bot.posts
    for minute in range(3):
        sent(back + timedelta(minutes=minute))
    (post,) = by_bot.posts
    assert "Welcome back" in post.shown
    assert "You get one digest after an absence." in post.shown
    assert "acme/web#2" in post.shown


def test_missed_it_comes_late_on_the_same_day_and_never_on_another(morning: datetime, by_bot: Slack) -> None:
    assert sent(morning + timedelta(hours=8, minutes=59)).get("sent") == 1
    Digest.objects.all().delete()
    assert sent(morning + timedelta(hours=9)) == {}


def test_slack_that_is_busy_gets_it_later_and_too_late_is_said(morning: datetime, by_bot: Slack) -> None:
    by_bot.answers.append(limited(30))
    assert sent(morning).get("waiting") == 1
    assert sent(morning + timedelta(seconds=29)).get("sent") is None
    assert sent(morning + timedelta(seconds=31)).get("sent") == 1
    Digest.objects.all().delete()
    by_bot.answers.append(Answer(503, "down"))
    sent(morning)
    assert sent(morning + timedelta(hours=10)).get("skipped") == 1
    row = Digest.objects.get(user__username="wren")
    assert row.state == "skipped"
    assert "working day was over" in row.answer


def test_a_refusal_for_good_is_kept(morning: datetime, by_bot: Slack) -> None:
    by_bot.answers.append(error("channel_not_found"))
    assert sent(morning).get("failed") == 1
    assert sent(morning + timedelta(minutes=5)) == {}
    assert "channel_not_found" in Digest.objects.get(user__username="wren").answer


def test_killed_between_sending_and_saving_it_comes_again_when_the_lease_ends(morning: datetime, by_bot: Slack) -> None:
    class Killed(BaseException):
        pass

    Person.objects.filter(github_login="teal").update(slack_user_id="")
    moments = iter([morning] * 3)  # written, leased, judged; to record what Slack said, the clock is read once more

    def clock() -> datetime:
        moment = next(moments, None)
        if moment is None:
            raise Killed
        return moment

    with pytest.raises(Killed):
        send_digests(clock)
    assert len(by_bot.posts) == 1
    assert sent(morning + LEASE - timedelta(seconds=1)) == {}
    assert sent(morning + LEASE) == {"sent": 1}
    assert sent(morning + 2 * LEASE) == {}
    assert len(by_bot.posts) == 2


def struck(post: Any) -> list[str]:
    """The texts that are crossed out."""
    parts = [part for block in post.body["blocks"][:2] for part in block["elements"][0]["elements"]]
    return [part["text"] for part in parts if part.get("style") == {"strike": True}]


def test_lines_are_crossed_out_in_the_same_message_as_they_are_settled(
    story: Story, morning: datetime, by_bot: Slack
) -> None:
    wren = Person.objects.get(github_login="wren").user
    sent(morning)
    clock = lambda: morning + timedelta(minutes=5)  # noqa: E731
    assert tick_off(clock) == 0
    reviewed = snapshot(2, title="Small <one>", reviews=(review("wren"),), updated_at=morning)
    record(story.repository, [reviewed], now=morning + timedelta(minutes=1))
    assert (tick_off(clock), tick_off(clock)) == (1, 0)
    first, edit = by_bot.posts
    assert (first.path, edit.path) == ("/api/chat.postMessage", "/api/chat.update")
    assert (edit.body["channel"], edit.body["ts"]) == ("D0001", "1700000000.000001")
    assert struck(edit) == ["acme/web#2 Small <one>", " – review requested · waiting 9 h"]
    assert "Waiting on you (1)" in edit.shown
    Snooze.objects.create(user=wren, pull_request=PullRequest.objects.get(number=3))
    merged = snapshot(4, title="My own", author="wren", state="merged", updated_at=morning)
    spoken = snapshot(5, title="Forgotten", author="wren", draft=True, updated_at=morning)
    record(story.repository, [merged, spoken], now=morning + timedelta(minutes=2))
    assert tick_off(clock) == 1
    assert len(struck(by_bot.posts[2])) == 8
    assert "all done" in by_bot.posts[2].shown
    Snooze.objects.all().delete()
    assert tick_off(clock) == 1
    assert len(struck(by_bot.posts[3])) == 6, "what is open again is not crossed out"
    assert tick_off(lambda: morning + timedelta(days=1)) == 0, "yesterday's stays as it was"


@pytest.mark.parametrize(("answer", "again"), [(Answer(503, "down"), 1), (error("message_not_found"), 0)])
def test_an_edit_that_slack_does_not_take(
    story: Story, morning: datetime, by_bot: Slack, answer: Answer, again: int
) -> None:
    sent(morning)
    record(story.repository, [snapshot(2, state="closed", updated_at=morning)], now=morning)
    by_bot.answers.append(answer)
    assert tick_off(lambda: morning + timedelta(minutes=1)) == 0
    assert tick_off(lambda: morning + timedelta(minutes=2)) == again


def test_many_digests_are_compared_with_few_statements(
    story: Story, morning: datetime, by_bot: Slack, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        story.watcher(f"reader{number}", slack_user_id=f"UR{number}", time_zone="UTC")
    requests = tuple(asked(f"reader{number}") for number in range(20))
    record(story.repository, [snapshot(7, review_requests=requests, updated_at=at(1))], now=at(1))
    assert sent(morning)["sent"] == 21
    with django_assert_max_num_queries(5):
        assert tick_off(lambda: morning + timedelta(minutes=1)) == 0


def test_an_incoming_webhook_alone_reaches_nobody(morning: datetime, by_webhook: Slack) -> None:
    assert sent(morning) == {}
    assert not by_webhook.posts
    assert not Digest.objects.exists()
    with pytest.raises(CommandError, match="SLACK_BOT_TOKEN"):
        call_command("send_digests")


def test_the_command_takes_a_time(morning: datetime, by_bot: Slack, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("send_digests", "--at", morning.isoformat())
    assert capsys.readouterr().out == "Digests: 1 empty, 1 sent.\n"
    call_command("send_digests", "--at", morning.isoformat())
    assert capsys.readouterr().out == "Digests: none is due.\n"
    with pytest.raises(CommandError, match="is not a time"):
        call_command("send_digests", "--at", "noon")


def test_the_schedule_sends_what_is_due_now(morning: datetime, by_bot: Slack) -> None:
    now = timezone.now()
    zone_hour = {"digest_hour": now.hour, "working_days": [1, 2, 3, 4, 5, 6, 7]}
    Person.objects.filter(github_login="wren").update(**zone_hour)
    assert tasks.send_digests() == 1
    assert tasks.send_digests() == 0


def test_the_admin_lists_them(morning: datetime, by_bot: Slack, admin_client: Any) -> None:
    sent(morning)
    page = admin_client.get("/admin/notifications/digest/").content.decode()
    assert "nothing to say" in page
    assert "wren" in page
