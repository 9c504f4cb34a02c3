"""With any part of an answer replaced by any value, `parse` returns a result or raises `UnreadableAnswer`."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.github import parse
from monitor.rules.snapshot import Snapshot
from tests.github.nodes import item, person, pull, repository, reviewed, team, timeline
from tests.hypothesis_profiles import some

NODE = pull(
    timelineItems=timeline(
        item("ReviewRequestedEvent", person("heron"), requestedReviewer=team("acme/platform")),
        item("ReviewDismissedEvent", person("heron"), review={"id": "1", "author": person("wren")}),
        item("LabeledEvent", person("heron"), label={"name": "bug"}),
        reviewed(person("wren"), "COMMENTED"),
    ),
    commits={"nodes": [{"commit": {"oid": "x", "statusCheckRollup": {"state": "SUCCESS"}}}]},
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to every part of a JSON value."""
    yield path
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(part, (*path, key))


def with_part(value: Any, path: tuple[Any, ...], part: Any) -> Any:
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = part
    return changed


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\x00", "\ud800", "OPEN"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["nodes", "login", "id"]), inner),
    max_leaves=6,
)
PULL_PLACES = [path for path in places(NODE) if path]
HOME_PLACES = [path for path in places(repository()) if path]


@settings(max_examples=some(1, least=300))
@given(st.lists(st.tuples(st.sampled_from(PULL_PLACES), JSON), min_size=1, max_size=1))
@example([(("author",), None)])
@example([(("timelineItems", "nodes", 0, "requestedReviewer"), None)])
def test_a_pull_request_with_any_part_replaced(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    node = NODE
    for path, part in changes:
        node = with_part(node, path, part)
    try:
        snapshot = parse.snapshot(node)
    except parse.UnreadableAnswer:
        return
    snapshot.to_json().encode()
    assert "\x00" not in snapshot.to_json()
    assert Snapshot.from_json(snapshot.to_json()) == snapshot
    assert snapshot.created_at.tzinfo is not None


@settings(max_examples=some(1, least=100))
@given(st.sampled_from(HOME_PLACES), JSON)
def test_a_repository_with_any_part_replaced(path: tuple[Any, ...], part: Any) -> None:
    try:
        probed = parse.probed_repository(with_part(repository(), path, part))
    except parse.UnreadableAnswer:
        return
    assert probed.metadata.node_id
    assert all(row.updated_at.tzinfo for row in probed.rows)
