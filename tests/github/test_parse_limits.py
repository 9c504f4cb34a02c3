"""Too long, too large or impossible values stop neither the reading nor the storing of a pull request."""

from typing import Any

import pytest

from monitor.github import parse
from monitor.models import Involvement, PullRequest
from monitor.recording.recorder import record
from monitor.rules.roles import names_by_role
from monitor.rules.snapshot import Snapshot, isoformat
from tests.builders import at, repository, snapshot
from tests.github.nodes import item, person, pull, reviewed, team, timeline
from tests.github.nodes import repository as home

LONG = "a" * 250
CASES: dict[str, dict[str, Any]] = {
    "author": {"author": person(LONG)},
    "assignee": {"assignees": {"nodes": [person(LONG)]}},
    "reviewer": {"timelineItems": timeline(reviewed(person(LONG), "APPROVED"))},
    "asked person": {"reviewRequests": {"nodes": [{"requestedReviewer": person(LONG), "asCodeOwner": True}]}},
    "asked team": {"reviewRequests": {"nodes": [{"requestedReviewer": team(f"acme/{LONG}"), "asCodeOwner": True}]}},
    "who asked": {
        "timelineItems": timeline(item("ReviewRequestedEvent", person(LONG), requestedReviewer=person("wren"))),
        "reviewRequests": {"nodes": [{"requestedReviewer": person("wren")}]},
    },
    "lines": {"additions": 2**31 - 1, "deletions": 2**31 - 1},
    "more lines than there are": {"additions": 2**70, "changedFiles": 2**70},
    "fewer lines than none": {"additions": -5, "deletions": -1, "changedFiles": -1},
    "a time before all times": {"mergedAt": "0001-01-01T00:00:00Z", "closedAt": "0001-01-01T00:00:00+14:00"},
    "a time after all times": {"mergedAt": "9999-12-31T23:59:59Z", "closedAt": "9999-12-31T23:59:59-10:00"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_it_is_read_and_written(name: str) -> None:
    found = parse.snapshot(pull(**CASES[name]))
    assert Snapshot.from_json(found.to_json()) == found
    record(repository(), [found], now=at(1))
    assert PullRequest.objects.get().stored_snapshot == found
    assert all(len(row.name) <= 200 for row in Involvement.objects.all())


@pytest.mark.django_db
def test_a_too_long_owner_does_not_stop_the_recording() -> None:
    owners = ["@acme/" + LONG, "@acme/core"]
    assert names_by_role(snapshot(1), owners)["code_owner"] == {"acme/core"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "x" * 300),
        ("headRefOid", "x" * 300),
        ("createdAt", "x" * 300),
        ("createdAt", "0001-01-01T00:00:00Z"),
        ("updatedAt", "9999-12-31T23:59:59-10:00"),
    ],
)
def test_invalid_required_fields_are_unreadable(field: str, value: str) -> None:
    if (field == "id" and len(value) < 100) or (field == "headRefOid" and len(value) < 64):
        return
    with pytest.raises(parse.UnreadableAnswer):
        parse.snapshot(pull(**{field: value}))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", " https://x", None, 7])
def test_unsafe_urls_become_empty(url: Any) -> None:
    assert parse.snapshot(pull(url=url)).url == ""
    assert parse.repository_metadata(home(url=url)).url == ""


def test_a_time_is_one_in_every_time_zone() -> None:
    found = parse.snapshot(pull(createdAt="9998-12-31T23:59:59Z"))
    assert isoformat(found.created_at) == "9998-12-31T23:59:59Z"
