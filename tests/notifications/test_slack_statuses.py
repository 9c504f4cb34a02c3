"""🌴 with an end in Slack is an absence in the profile; what people enter themselves stays."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_q.models import Schedule

from monitor.background.deadline import Deadline
from monitor.models import Person
from notifications.operations.slack_statuses import EVERY, TASK, read_slack_statuses
from notifications.rules.slack_absence import Absence, Known, absence_after, absence_said_by
from tests.builders import at, user
from tests.fixtures_slack import Answer, Slack, error, limited

NOW, SOON, LATER = at(0), at(60), at(6000)
OWN = (at(-60), at(3000))
TAKEN = (at(-60), SOON)


@pytest.mark.parametrize(
    ("emoji", "expires", "said"),
    [
        (":palm_tree:", SOON, SOON),
        (":palm_tree:", None, None),
        (":palm_tree:", at(-1), None),
        (":spiral_calendar_pad:", SOON, None),
        ("", None, None),
    ],
)
def test_only_a_palm_with_an_end_is_an_absence(emoji: str, expires: datetime | None, said: datetime | None) -> None:
    assert absence_said_by(emoji, expires, NOW) == said


@pytest.mark.parametrize(
    ("known", "said", "after"),
    [
        (Known(None, None), None, None),
        (Known(None, None), SOON, (NOW, SOON)),
        (Known((at(-90), at(-1)), None), SOON, (NOW, SOON)),  # an absence that is over
        (Known(OWN, None), SOON, OWN),
        (Known(OWN, None), None, OWN),
        (Known(TAKEN, SOON), SOON, TAKEN),
        (Known(TAKEN, SOON), LATER, (TAKEN[0], LATER)),  # the holiday is longer
        (Known(TAKEN, SOON), None, (TAKEN[0], NOW)),  # back early
        (Known(None, SOON), SOON, None),  # taken out of the profile by hand
        (Known(OWN, SOON), LATER, OWN),  # changed by hand
        (Known((at(-90), at(-1)), at(-1)), None, (at(-90), at(-1))),
    ],
)
def test_what_the_profile_says_then(known: Known, said: datetime | None, after: Absence | None) -> None:
    assert absence_after(known, said, NOW) == after


def status(emoji: str = "", text: str = "", until: datetime | None = None) -> Answer:
    profile = {"status_emoji": emoji, "status_text": text, "status_expiration": int(until.timestamp()) if until else 0}
    return Answer(body=json.dumps({"ok": True, "profile": profile}))


@pytest.fixture
def wren(db: None) -> Any:
    made = user("wren")
    Person.objects.filter(user=made).update(slack_user_id="UWREN")
    return made


def read(now: datetime = NOW) -> int:
    return read_slack_statuses(now, Deadline(30))


def away(who: Any) -> tuple[datetime | None, datetime | None, str]:
    person = Person.objects.get(user=who)
    return person.away_from, person.away_until, person.away_note


def test_it_is_read_once_a_day_and_ends_when_the_status_does(wren: Any, by_bot: Slack) -> None:
    by_bot.answers.extend([status(":palm_tree:", "In the\nmountains", LATER), status(":house:", "at home")])
    assert (read(), read(NOW + timedelta(hours=1))) == (1, 0)
    (post,) = by_bot.posts
    assert (post.path, post.body) == ("/api/users.profile.get", {"user": "UWREN"})
    assert away(wren) == (NOW, LATER, "In the mountains")
    assert read(NOW + EVERY) == 1
    assert away(wren)[:2] == (NOW, NOW + EVERY)


def test_what_was_entered_here_stays(wren: Any, by_bot: Slack) -> None:
    Person.objects.filter(user=wren).update(away_from=OWN[0], away_until=OWN[1], away_note="mine")
    by_bot.answers.append(status(":palm_tree:", "theirs", LATER))
    assert read() == 1
    assert away(wren) == (*OWN, "mine")


@pytest.mark.parametrize("answer", [error("missing_scope"), limited(30), Answer(503, "down")])
def test_what_concerns_everybody_ends_the_run(wren: Any, by_bot: Slack, answer: Answer) -> None:
    other = user("finch")
    Person.objects.filter(user=other).update(slack_user_id="UFINCH")
    by_bot.answers.append(answer)
    assert read() == 0
    assert len(by_bot.posts) == 1
    assert away(wren) == (None, None, "")


def test_an_id_that_slack_does_not_know_stops_nobody_else(wren: Any, by_bot: Slack) -> None:
    other = user("finch")
    Person.objects.filter(user=other).update(slack_user_id="UFINCH")
    by_bot.answers.extend([error("user_not_found"), status(":palm_tree:", "", LATER)])
    assert read() == 2
    assert away(other) == (NOW, LATER, "Slack status")


def test_many_are_read_in_several_runs(wren: Any, by_bot: Slack) -> None:
    Schedule.objects.filter(name=TASK).update(next_run=timezone.now() + timedelta(hours=1))
    assert read_slack_statuses(NOW, Deadline(0)) == 0
    assert Schedule.objects.get(name=TASK).next_run < timezone.now() + timedelta(seconds=61)


def test_without_a_bot_nothing_is_asked(wren: Any, by_webhook: Slack) -> None:
    assert read() == 0
    assert not by_webhook.posts


def test_every_task_is_scheduled(db: None) -> None:
    call_command("migrate", verbosity=0)
    assert Schedule.objects.filter(name=TASK, func="notifications.tasks.read_slack_statuses").count() == 1
