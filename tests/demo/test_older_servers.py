"""An Enterprise Server can be older than GitHub: it lacks what a test says, and refuses it in GitHub's words."""

import re
from typing import Any

import pytest

from tests.demo.asking import graphql
from tests.demo_github import MERGING, DemoGitHub, World


def _lacking(github: DemoGitHub, selection: str) -> list[dict[str, Any]]:
    """The errors of a query for these fields of a pull request, in short."""
    query = f"query Q($ids:[ID!]!){{nodes(ids:$ids){{... on PullRequest{{{selection}}}}}}}"
    errors = graphql(github, query, ids=[]).errors
    return [one["extensions"] for one in errors]


@pytest.mark.parametrize("place", [name for name in MERGING if name.startswith("PullRequest.")])
def test_an_older_server_lacks_fields(world: World, place: str) -> None:
    _, field = place.split(".")
    asked = {
        "reviewThreads": "reviewThreads(first:1){totalCount}", "mergeQueueEntry": "mergeQueueEntry{position}",
        "autoMergeRequest": "autoMergeRequest{enabledAt}",
    }.get(field, field)  # fmt: skip
    with DemoGitHub(world, enterprise=True) as server, DemoGitHub(world, enterprise=True, lacks=MERGING) as older:
        assert _lacking(server, asked) == []
        missing = {"code": "undefinedField", "typeName": "PullRequest", "fieldName": field}
        assert _lacking(older, asked) == [missing]


@pytest.mark.parametrize("kind", [name for name in MERGING if "." not in name])
def test_an_older_server_lacks_types_of_the_timeline(world: World, kind: str) -> None:
    name = re.sub("(?<!^)(?=[A-Z])", "_", kind).upper()
    fragment = f"timelineItems(last:1){{nodes{{... on {kind}{{createdAt}}}}}}"
    item_type = f"timelineItems(last:1,itemTypes:[CLOSED_EVENT,{name}]){{nodes{{__typename}}}}"
    with DemoGitHub(world, enterprise=True) as server, DemoGitHub(world, enterprise=True, lacks=[kind]) as older:
        assert _lacking(server, fragment) == _lacking(server, item_type) == []
        assert _lacking(older, fragment) == [{"code": "undefinedType", "typeName": kind}]
        assert _lacking(older, item_type) == [{"code": "argumentLiteralsIncompatible"}]


def test_a_field_goes_with_its_type(world: World) -> None:
    with DemoGitHub(world, enterprise=True, lacks=["MergeQueueEntry"]) as older:
        [error] = _lacking(older, "mergeQueueEntry{position}")
    assert error["fieldName"] == "mergeQueueEntry"
