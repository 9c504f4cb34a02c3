"""Members of the teams that are asked: read when they are first named, hourly after that; unknown is not empty."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_q.models import Schedule

from monitor import tasks
from monitor.demo import DemoGitHub, World
from monitor.models import Credential, Event, PullRequest, Team
from monitor.polling import reconsidering, teams
from monitor.polling.deadline import Deadline
from tests.refusing import refusing

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(world: World, watch, look) -> Team:
    """The row of acme/platform, which came into being when the team was first asked for a review after the first look."""
    pull = world.open("acme/web", "One", author="heron")
    watch("acme/web")
    look()
    world.request_review(pull, "acme/platform")
    look()
    return Team.objects.get()


def members(team: Team) -> list[str]:
    return sorted(team.memberships.values_list("login", flat=True))


def test_a_team_that_is_asked_is_read(platform: Team) -> None:
    assert (platform.name, platform.members_known) == ("acme/platform", False)
    assert tasks.teams() == 1
    platform.refresh_from_db()
    assert (platform.members_known, platform.message, members(platform)) == (True, "", ["plover", "wren"])
    assert tasks.teams() == 0


def test_it_is_read_again_after_an_hour(world: World, platform: Team, time_passes) -> None:
    tasks.teams()
    world.add_member("acme/platform", "heron")
    world.remove_member("acme/platform", "wren")
    assert tasks.teams() == 0
    time_passes(timedelta(minutes=61))
    assert tasks.teams() == 1
    assert members(platform) == ["heron", "plover"]


def test_a_token_that_may_not_read_teams_says_so(github: DemoGitHub, platform: Team, settings) -> None:
    github.add_token("narrow", "finch", scopes={"repo"})
    settings.GITHUB_TOKEN = "narrow"
    tasks.teams()
    platform.refresh_from_db()
    assert (platform.members_known, members(platform)) == (False, [])
    assert platform.message
    assert platform.next_check_at > timezone.now() + timedelta(minutes=50)


def test_a_team_kept_by_hand_is_left_alone(github: DemoGitHub, platform: Team) -> None:
    Team.objects.update(by_hand=True)
    assert tasks.teams() == 0
    assert not github.asked("TeamMembers")


def test_while_github_is_down_members_stay(github: DemoGitHub, platform: Team, time_passes) -> None:
    tasks.teams()
    time_passes(timedelta(minutes=61))
    github.stop()
    tasks.teams()
    platform.refresh_from_db()
    assert (platform.members_known, members(platform)) == (True, ["plover", "wren"])
    assert platform.message.startswith("GitHub")


# What a change of members means for what waits for the team


@pytest.fixture
def five(github: DemoGitHub, world: World, platform: Team, look, time_passes, monkeypatch) -> Team:
    """Five pull requests wait for acme/platform, wren leaves it, it is to be read again; two are worked out at once."""
    monkeypatch.setattr(reconsidering, "AT_ONCE", 2)
    for number in range(4):
        world.request_review(world.open("acme/web", f"PR {number}", author="heron"), "acme/platform")
    look()
    tasks.teams()
    Event.objects.all().delete()
    world.remove_member("acme/platform", "wren")
    time_passes(timedelta(minutes=61))
    github.log.clear()
    return platform


def without_wren() -> list[bool]:
    """Of each pull request, whether it knows that wren has no turn any more."""
    documents = PullRequest.objects.order_by("pk").values_list("document", flat=True)
    return ["wren" not in {turn["login"] for turn in json.loads(document)["turn"]} for document in documents]


def test_what_cuts_a_change_of_members_off_goes_on_where_it_was(github: DemoGitHub, five: Team) -> None:
    with refusing('INSERT INTO "monitor_event"', after=1), pytest.raises(OperationalError):
        tasks.teams()
    assert without_wren() == [True, True, False, False, False]
    Team.objects.update(next_check_at=timezone.now() + timedelta(hours=1))
    tasks.teams()
    assert without_wren() == [True] * 5
    assert Event.objects.values("pull_request").distinct().count() == Event.objects.count() == 5
    assert len(github.asked("TeamMembers")) == 1
    five.refresh_from_db()
    assert five.reconsidered_up_to is None


def test_a_change_of_members_that_takes_longer_is_gone_on_with_at_once(five: Team) -> None:
    teams.take(five, ["plover"], Deadline(0))
    assert without_wren() == [False] * 5
    Schedule.objects.filter(name="teams").update(next_run=timezone.now() + timedelta(minutes=10))
    teams.read_due(Deadline(0))
    assert Schedule.objects.get(name="teams").next_run < timezone.now() + timedelta(seconds=2)
    tasks.teams()
    assert without_wren() == [True] * 5


def test_members_that_change_again_half_way_are_worked_out_from_the_beginning(five: Team) -> None:
    with refusing('INSERT INTO "monitor_event"', after=1), pytest.raises(OperationalError):
        teams.take(five, ["plover"])
    teams.take(five, ["plover", "wren", "finch"])
    assert without_wren() == [False] * 5


def test_one_that_cannot_be_worked_out_keeps_no_other_from_it(five: Team) -> None:
    # A snapshot that cannot be read back stands for whatever nobody thought of.
    PullRequest.objects.filter(number=3).update(snapshot="{")
    tasks.teams()
    assert without_wren() == [True, True, False, True, True]
    five.refresh_from_db()
    assert five.reconsidered_up_to is None


def test_teams_for_which_there_was_no_time_are_read_at_once(github: DemoGitHub, five: Team) -> None:
    Schedule.objects.filter(name="teams").update(next_run=timezone.now() + timedelta(minutes=10))
    assert teams.read_due(Deadline(0)) == 0
    assert Schedule.objects.get(name="teams").next_run < timezone.now() + timedelta(seconds=2)


def test_credentials_are_checked(github: DemoGitHub, token: str, settings) -> None:
    assert tasks.credentials() == 1
    row = Credential.objects.get()
    assert (row.identity, row.login) == ("user:plover", "plover")
    assert row.message.startswith("Classic token.")
    github.add_token("narrow", "finch", scopes={"public_repo"})
    settings.GITHUB_TOKEN = "narrow"
    tasks.credentials()
    assert "read:org" in Credential.objects.get(login="finch").message
