"""`manage.py poll`: a manual round that prints its progress and returns an exit code."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from monitor.models import Event, PullRequest, Repository
from tests.builders import T0
from tests.demo_github import DemoGitHub, World, add_many

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def poll(*names: str, out: StringIO | None = None) -> list[str]:
    out = out or StringIO()
    call_command("poll", *names, stdout=out)
    return out.getvalue().splitlines()


def test_all_that_is_subscribed_whether_due_or_not(world: World, watch) -> None:
    pull = world.open("acme/web", "One", author="heron")
    watch("acme/web")
    watch("acme/vault")
    assert sorted(poll()) == ["acme/vault: first look, nothing there", "acme/web: first look, 1 pull request"]
    world.retitle(pull, "Two")
    assert sorted(poll()) == ["acme/vault: nothing new", "acme/web: 1 changed"]
    assert Event.objects.count() == 1


def test_only_those_named(world: World, watch) -> None:
    watch("acme/web")
    watch("acme/vault")
    assert poll("ACME/Web") == ["acme/web: first look, nothing there"]
    assert Repository.objects.filter(last_polled_at=None).count() == 1


def test_a_terminal_gets_a_bar(world: World, watch) -> None:
    add_many(world, 1, 60)
    watch("bulk/repo-0001")
    text = "\n".join(poll(out=Terminal()))
    assert "[██████████████████████████████] 1 of 1 repositories" in text


@pytest.mark.slow
def test_a_long_first_look_ends_in_one_command(world: World, watch, monkeypatch) -> None:
    add_many(world, 1, 60)
    watch("bulk/repo-0001")
    monkeypatch.setattr("monitor.polling.looks.first_look.SLICE_SECONDS", 0.01)
    lines = poll()
    assert lines[-1] == "bulk/repo-0001: first look, 60 pull requests"
    assert PullRequest.objects.count() == 60


def test_what_failed_is_told_and_is_the_exit_code(github: DemoGitHub, world: World, watch) -> None:
    watch("acme/web")
    github.stop()
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 1 could not be read"):
        poll(out=out)
    assert out.getvalue().startswith("acme/web: GitHub")


def test_without_credential_one_clear_line(settings) -> None:
    settings.GITHUB_TOKEN = settings.GITHUB_APP_ID = ""
    with pytest.raises(CommandError, match=r"^GITHUB_TOKEN is empty and there is no GITHUB_APP_ID: set one of them$"):
        poll()


def test_an_unknown_name(token: str) -> None:
    with pytest.raises(CommandError, match=r"^acme/nothing is not known here: subscribe to it first$"):
        poll("acme/nothing")


def test_nothing_subscribed(token: str) -> None:
    assert poll() == ["No repository is subscribed to."]


def test_a_paused_one_is_left_out_and_looked_at_once_where_it_is_named(world: World, watch) -> None:
    paused = watch("acme/web", paused=True, paused_at=T0, paused_by="wren")
    watch("acme/vault")
    assert poll() == [
        "acme/web is left out: paused since 2026-03-02 09:00:00 UTC by wren",
        "acme/vault: first look, nothing there",
    ]
    assert poll("acme/web") == [
        "acme/web is looked at once, because you named it: paused since 2026-03-02 09:00:00 UTC by wren",
        "acme/web: first look, nothing there",
    ]
    paused.refresh_from_db()
    assert paused.paused
