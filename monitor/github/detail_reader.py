"""Reads complete pull requests: one query for many of them, then further pages of their long lists."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from monitor.github import documents, parse
from monitor.github.answer_builder import AnswerBuilder, places_by_alias, places_by_index
from monitor.github.answers import PullRequestDetails
from monitor.github.errors import Overloaded
from monitor.github.parse.fields import Node
from monitor.github.query_session import QuerySession
from monitor.rules.snapshot import Snapshot

# How many further pages one query asks for; each page costs a hundredth of a point.
AT_ONCE = 50
MOST_PAGES = 10
Nodes = dict[str, dict[str, Any]]
UnreadPage = tuple[str, str, str]  # pull request, connection, cursor


def read_details(session: QuerySession, ids: list[str]) -> PullRequestDetails:
    """Snapshots by node id. A pull request with a list that could not be read to its end is refused, not shortened."""
    raw = AnswerBuilder[tuple[dict[str, Any], frozenset[str]]]()
    if ids:
        result = session.query_in_dialect(documents.details, {"ids": ids})
        raw.add_result(result, places_by_index(result, ids), lambda node, refused: (dict(node), refused))
    for id, why in _complete_lists(session, {id: node for id, (node, _) in raw.found.items()}).items():
        raw.leave_out(id, why)
    snapshots, homes = AnswerBuilder[Snapshot](), AnswerBuilder[str]()
    for id, (node, refused) in raw.found.items():
        snapshots.add(id, partial(parse.snapshot, node, refused))
        homes.add(id, partial(parse.repository_of, node))
    refusals = {**raw.refused, **homes.refused, **snapshots.refused}
    found = {id: snapshot for id, snapshot in snapshots.found.items() if id not in refusals}
    return PullRequestDetails(
        found, frozenset(raw.missing), refusals, session.cost, {id: homes.found[id] for id in found}
    )


def _complete_lists(session: QuerySession, nodes: Nodes) -> dict[str, str]:
    """Completes the lists of `nodes` in place; returns the reason for each node that could not be completed.

    Reads only one more page of the timeline: the database has the older part. Raises `Overloaded` if the lists take too
    long.
    """
    refused: dict[str, str] = {}
    for turn in range(MOST_PAGES):
        if session.took_long:
            raise Overloaded("GitHub is too slow for lists that long.", cost=session.cost)
        wanted = [want for want in _unread_pages(nodes, timeline=turn == 0) if want[0] not in refused]
        for start in range(0, len(wanted), AT_ONCE):
            refused |= _read_further_pages(session, nodes, wanted[start : start + AT_ONCE])
        if not wanted:
            return refused
    endless = {id for id, _, _ in _unread_pages(nodes, timeline=False)}
    return refused | dict.fromkeys(endless, f"One of its lists has more than {MOST_PAGES * 100:,} entries.")


def _unread_pages(nodes: Nodes, *, timeline: bool) -> Iterator[UnreadPage]:
    for id, node in nodes.items():
        for name in documents.CONNECTIONS:
            if (name != "timelineItems" or timeline) and (cursor := parse.next_page(node.get(name))):
                yield id, name, cursor


def _read_further_pages(session: QuerySession, nodes: Nodes, wanted: list[UnreadPage]) -> dict[str, str]:
    variables = {f"i{at}": id for at, (id, _, _) in enumerate(wanted)}
    variables |= {f"c{at}": cursor for at, (_, _, cursor) in enumerate(wanted)}
    result = session.query_in_dialect(partial(documents.follow, tuple(name for _, name, _ in wanted)), variables)
    pages, refused = AnswerBuilder[Node](), {}
    pages.add_result(result, places_by_alias("p", map(str, range(len(wanted)))), lambda node, refused: node)
    for at, (id, name, _) in enumerate(wanted):
        page = pages.found.get(str(at), {}).get(name)
        if page is None:
            refused[id] = pages.refused.get(str(at), "A part of it could not be read.")
        else:
            nodes[id][name] = parse.join_pages(name, nodes[id][name], page)
    return refused
