"""Which pull request each one is stacked on: right whatever happens to the one below, and told live."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.models import Event, PullRequest, Repository
from monitor.recording.recorder import record
from monitor.rules.merge_facts import NOTHING_KNOWN
from monitor.rules.snapshot import Snapshot
from tests.builders import T0, at, merging, repository, review, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Repository:
    return repository()


def pull(number: int, base: str = "main", **changed: Any) -> Snapshot:
    facts = {"same_repository": True, **changed.pop("facts", {})}
    return snapshot(number, base=base, reviews=(review("wren", minutes=5),), merging=merging(**facts), **changed)


def recorded(home: Repository, *pulls: Snapshot) -> None:
    record(home, pulls, now=T0 + timedelta(hours=1))


def below() -> dict[int, int | None]:
    return dict(PullRequest.objects.order_by("number").values_list("number", "stacked_on"))


def document(number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PullRequest.objects.get(number=number).document)
    return found


def test_each_is_stacked_on_the_one_whose_head_is_its_base(home: Repository) -> None:
    recorded(home, pull(1), pull(2, "topic-1"), pull(3, "topic-2"), pull(4))
    assert below() == {1: None, 2: 1, 3: 2, 4: None}
    assert document(3)["stacked_on"] == 2
    assert document(3)["turn"] == []
    assert document(3)["waits_for"] == {"code": "stacked", "reason": "waits for #2", "since": "2026-03-02T09:05:00Z"}


def test_the_order_in_which_they_are_read_does_not_matter(home: Repository) -> None:
    for number, base in ((3, "topic-2"), (2, "topic-1"), (1, "main")):
        recorded(home, pull(number, base))
    assert below() == {1: None, 2: 1, 3: 2}
    changes = {
        event.pull_request.number: event.changes for event in Event.objects.filter(changes__0__kind="stack_changed")
    }
    assert changes == {
        3: [{"kind": "stack_changed", "actor": None, "from": None, "to": 2}],
        2: [{"kind": "stack_changed", "actor": None, "from": None, "to": 1}],
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "merged", "merged_at": at(9)},
        {"state": "closed", "closed_at": at(9)},
        {"head": "renamed"},
        {"facts": {"same_repository": False}},
    ],
    ids=["merged", "closed", "head renamed", "found to be a fork's"],
)
def test_the_stack_ends_with_what_happens_to_the_one_below(home: Repository, changed: dict[str, Any]) -> None:
    recorded(home, pull(1), pull(2, "topic-1"))
    recorded(home, pull(1, updated_at=at(9), **changed))
    assert below() == {1: None, 2: None}
    assert [turn["code"] for turn in document(2)["turn"]] == ["ready_to_merge"]
    assert Event.objects.get(pull_request__number=2, id__gt=2).changes == [
        {"kind": "stack_changed", "actor": None, "from": 1, "to": None}
    ]


def test_retargeted_to_the_base_of_the_one_below(home: Repository) -> None:
    recorded(home, pull(1), pull(2, "topic-1"), pull(3, "topic-2"))
    recorded(home, pull(1, state="merged", merged_at=at(9), updated_at=at(9)), pull(2, "main", updated_at=at(9)))
    assert below() == {1: None, 2: None, 3: 2}


def test_opened_again(home: Repository) -> None:
    recorded(home, pull(1, state="closed"), pull(2, "topic-1"))
    assert below() == {1: None, 2: None}
    recorded(home, pull(1, updated_at=at(9)))
    assert below() == {1: None, 2: 1}


def test_only_on_a_branch_of_the_repository_itself_with_exactly_this_name(home: Repository) -> None:
    fork = pull(1, facts={"same_repository": False})
    not_known = replace(pull(2), merging=NOTHING_KNOWN)
    recorded(home, fork, not_known, pull(3, "topic-1"), pull(4, "topic-2"), pull(5, "TOPIC-6"), pull(6))
    assert below() == dict.fromkeys(range(1, 7))


def test_nobody_is_stacked_on_the_default_branch_or_a_protected_one(home: Repository) -> None:
    release = pull(1, "main", head="develop")
    backport = pull(2, "release", head="main")
    recorded(home, release, backport, pull(3, "develop", facts={"base_protected": True}), pull(4, "main"))
    assert below() == dict.fromkeys(range(1, 5))


def test_a_pull_request_of_another_repository_carries_nobody(home: Repository) -> None:
    other = repository("acme/api")
    recorded(home, pull(1))
    record(other, [replace(pull(2, "topic-1"), node_id="PR_other")], now=T0)
    assert below() == {1: None, 2: None}


def test_of_two_with_one_head_the_older_carries(home: Repository) -> None:
    recorded(home, pull(1, head="shared"), pull(2, "release", head="shared"), pull(3, "shared"))
    assert below() == {1: None, 2: None, 3: 1}
    recorded(home, pull(1, head="shared", state="closed", updated_at=at(9)))
    assert below() == {1: None, 2: None, 3: 2}
