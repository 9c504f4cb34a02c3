"""Reads pull requests in full: one query for many, then the rest of what did not fit on a first page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from monitor.github import documents, parse
from monitor.github.answers import Details
from monitor.github.call import Call
from monitor.github.errors import Overloaded
from monitor.github.parse.fields import Node
from monitor.github.sorting import Sorted, by_alias, by_index
from monitor.snapshot import Snapshot

# A query holds so many further pages; each costs a hundredth of a point.
AT_ONCE = 50
MOST_PAGES = 10
Nodes = dict[str, dict[str, Any]]
Want = tuple[str, str, str]  # pull request, connection, cursor


def read_details(call: Call, ids: list[str]) -> Details:
    """Snapshots by node id; a pull request of which any list could not be read whole is refused, not shortened."""
    raw = Sorted[tuple[dict[str, Any], frozenset[str]]]()
    if ids:
        reply = call.speak(documents.details, {"ids": ids})
        raw.take(reply, by_index(reply, ids), lambda node, refused: (dict(node), refused))
    for id, why in _complete(call, {id: node for id, (node, _) in raw.found.items()}).items():
        raw.drop(id, why)
    snapshots, homes = Sorted[Snapshot](), Sorted[str]()
    for id, (node, refused) in raw.found.items():
        snapshots.read(id, partial(parse.snapshot, node, refused))
        homes.read(id, partial(parse.repository_of, node))
    refusals = {**raw.refused, **homes.refused, **snapshots.refused}
    found = {id: snapshot for id, snapshot in snapshots.found.items() if id not in refusals}
    return Details(found, frozenset(raw.missing), refusals, call.cost, {id: homes.found[id] for id in found})


def _complete(call: Call, nodes: Nodes) -> dict[str, str]:
    """Complete the lists of `nodes` in place; answers why, for those that could not be completed.

    Of the timeline one page back is read: what is older, our own records know. Errors: Overloaded, when it takes too long.
    """
    refused: dict[str, str] = {}
    for turn in range(MOST_PAGES):
        if call.took_long:
            raise Overloaded("GitHub is too slow for lists that long.", cost=call.cost)
        wanted = [want for want in _truncated(nodes, timeline=turn == 0) if want[0] not in refused]
        for start in range(0, len(wanted), AT_ONCE):
            refused |= _further_pages(call, nodes, wanted[start : start + AT_ONCE])
        if not wanted:
            return refused
    endless = {id for id, _, _ in _truncated(nodes, timeline=False)}
    return refused | dict.fromkeys(endless, f"One of its lists has more than {MOST_PAGES * 100:,} entries.")


def _truncated(nodes: Nodes, *, timeline: bool) -> Iterator[Want]:
    for id, node in nodes.items():
        for name in documents.CONNECTIONS:
            if (name != "timelineItems" or timeline) and (cursor := parse.next_page(node.get(name))):
                yield id, name, cursor


def _further_pages(call: Call, nodes: Nodes, wanted: list[Want]) -> dict[str, str]:
    variables = {f"i{at}": id for at, (id, _, _) in enumerate(wanted)}
    variables |= {f"c{at}": cursor for at, (_, _, cursor) in enumerate(wanted)}
    reply = call.speak(partial(documents.follow, tuple(name for _, name, _ in wanted)), variables)
    pages, refused = Sorted[Node](), {}
    pages.take(reply, by_alias("p", map(str, range(len(wanted)))), lambda node, refused: node)
    for at, (id, name, _) in enumerate(wanted):
        page = pages.found.get(str(at), {}).get(name)
        if page is None:
            refused[id] = pages.refused.get(str(at), "A part of it could not be read.")
        else:
            nodes[id][name] = parse.joined(name, nodes[id][name], page)
    return refused
