"""Looks at the demo GitHub over HTTP: the first writes no events, later ones write changes, and only changes."""

import pytest

from monitor.models import Event, PullRequest
from tests.demo_github import World

pytestmark = pytest.mark.django_db


def test_the_first_look_records_state_without_events(world: World, watch, look) -> None:
    world.open("acme/web", "One", author="heron")
    world.merge(world.open("acme/web", "Two", author="finch"))
    repository = watch("acme/web")
    assert look() == 1
    repository.refresh_from_db()
    assert (repository.status, repository.status_message) == ("ok", "")
    assert repository.first_read_at is not None
    assert repository.last_polled_at is not None
    assert {row.number: row.state for row in PullRequest.objects.all()} == {1: "open", 2: "merged"}
    assert not Event.objects.exists()


def test_a_later_look_writes_events_only_for_changes(world: World, watch, look) -> None:
    pull = world.open("acme/web", "One", author="heron")
    watch("acme/web")
    look()
    world.retitle(pull, "One more", by="wren")
    world.open("acme/web", "New", author="finch")
    look()
    told = {event.pull_request.number: (event.update_type, event.changes[0]["kind"]) for event in Event.objects.all()}
    assert told == {1: ("updated", "retitled"), 2: ("new_pr", "opened")}
    look()
    assert Event.objects.count() == 2
