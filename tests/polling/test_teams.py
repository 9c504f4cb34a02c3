"""Members of the teams that are asked: read when they are first named, hourly after that; unknown is not empty."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monitor import tasks
from monitor.demo import DemoGitHub, World
from monitor.models import Credential, Team

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


def test_credentials_are_checked(github: DemoGitHub, token: str, settings) -> None:
    assert tasks.credentials() == 1
    row = Credential.objects.get()
    assert (row.identity, row.login) == ("user:plover", "plover")
    assert row.message.startswith("Classic token.")
    github.add_token("narrow", "finch", scopes={"public_repo"})
    settings.GITHUB_TOKEN = "narrow"
    tasks.credentials()
    assert "read:org" in Credential.objects.get(login="finch").message
