"""Reads the rest of connections that did not fit on their first page, many pull requests in one query."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from monitor.github import documents, parse
from monitor.github.call import Call
from monitor.github.sorting import Sorted, by_alias

CONNECTIONS = ("labels", "assignees", "reviewRequests", "latestOpinionatedReviews", "timelineItems")
# A query holds so many further pages; each costs a hundredth of a point.
AT_ONCE = 50
MOST_PAGES = 10


def follow(call: Call, nodes: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Complete the connections of `nodes` (pull requests by id) in place.

    Of the timeline one page back is read: what is older, our own records know. Answers the reasons of those that
    could not be completed.
    """
    refused: dict[str, str] = {}
    for turn in range(MOST_PAGES):
        wanted = [want for want in _truncated(nodes, timeline=turn == 0) if want[0] not in refused]
        if not wanted:
            return refused
        for start in range(0, len(wanted), AT_ONCE):
            refused |= _pages(call, nodes, wanted[start : start + AT_ONCE])
    endless = {id for id, _, _ in _truncated(nodes, timeline=False)}
    return refused | dict.fromkeys(endless, f"It has more than {MOST_PAGES * 100} entries in one of its lists.")


Want = tuple[str, str, str]  # pull request, connection, cursor


def _truncated(nodes: dict[str, dict[str, Any]], *, timeline: bool) -> Iterator[Want]:
    for id, node in nodes.items():
        for name in CONNECTIONS:
            if (name != "timelineItems" or timeline) and (cursor := parse.next_page(node.get(name) or {})):
                yield id, name, cursor


def _pages(call: Call, nodes: dict[str, dict[str, Any]], wanted: list[Want]) -> dict[str, str]:
    variables = {f"i{at}": id for at, (id, _, _) in enumerate(wanted)}
    variables |= {f"c{at}": cursor for at, (_, _, cursor) in enumerate(wanted)}
    reply = call.speak(partial(documents.follow, tuple(name for _, name, _ in wanted)), variables)
    pages: Sorted[Any] = Sorted()
    pages.take(reply, by_alias("p", (str(at) for at in range(len(wanted)))), lambda node, refused: node)
    refused = {}
    for at, (id, name, _) in enumerate(wanted):
        page = (pages.found.get(str(at)) or {}).get(name)
        if page is None:
            refused[id] = pages.refused.get(str(at), "A part of it could not be read.")
        else:
            nodes[id][name] = parse.joined(name, nodes[id][name], page)
    return refused
