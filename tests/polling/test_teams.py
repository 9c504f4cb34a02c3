"""Members of teams with review requests: read at the first request, then hourly; unknown members are not none."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_q.models import Schedule

from monitor import tasks
from monitor.background.deadline import Deadline
from monitor.models import Credential, Event, PullRequest, Team
from monitor.polling.teams import membership, turn_recalculation
from tests.demo_github import DemoGitHub, World
from tests.refusing_database import refusing

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(world: World, watch, look) -> Team:
    """The row of acme/platform, created by the team's first review request after the first look."""
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


# A change of members, and the pull requests that wait for the team


@pytest.fixture
def five(github: DemoGitHub, world: World, platform: Team, look, time_passes, monkeypatch) -> Team:
    """Five pull requests wait for acme/platform, wren has left the team, its row is due, and a part has two of them."""
    monkeypatch.setattr(turn_recalculation, "AT_ONCE", 2)
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
    """Per pull request, whether it is no longer wren's turn."""
    documents = PullRequest.objects.order_by("pk").values_list("document", flat=True)
    return ["wren" not in {turn["login"] for turn in json.loads(document)["turn"]} for document in documents]


def test_an_interrupted_recalculation_continues_where_it_stopped(github: DemoGitHub, five: Team) -> None:
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


def test_a_long_recalculation_continues_at_once(five: Team) -> None:
    membership.set_members(five, ["plover"], Deadline(0))
    assert without_wren() == [False] * 5
    Schedule.objects.filter(name="teams").update(next_run=timezone.now() + timedelta(minutes=10))
    membership.read_due_teams(Deadline(0))
    assert Schedule.objects.get(name="teams").next_run < timezone.now() + timedelta(seconds=2)
    tasks.teams()
    assert without_wren() == [True] * 5


def test_a_second_change_of_members_restarts_the_recalculation(five: Team) -> None:
    with refusing('INSERT INTO "monitor_event"', after=1), pytest.raises(OperationalError):
        membership.set_members(five, ["plover"])
    membership.set_members(five, ["plover", "wren", "finch"])
    assert without_wren() == [False] * 5


def test_a_failed_recalculation_does_not_affect_other_pull_requests(five: Team) -> None:
    # An unreadable snapshot stands for any unexpected error in prmonitor.
    PullRequest.objects.filter(number=3).update(snapshot="{")
    tasks.teams()
    assert without_wren() == [True, True, False, True, True]
    five.refresh_from_db()
    assert five.reconsidered_up_to is None


def test_teams_for_which_there_was_no_time_are_read_at_once(github: DemoGitHub, five: Team) -> None:
    Schedule.objects.filter(name="teams").update(next_run=timezone.now() + timedelta(minutes=10))
    assert membership.read_due_teams(Deadline(0)) == 0
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
