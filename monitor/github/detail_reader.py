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
RawAnswer = AnswerBuilder[tuple[dict[str, Any], frozenset[str]]]
UnreadPage = tuple[str, str, str]  # pull request, connection, cursor


def read_details(session: QuerySession, ids: list[str]) -> PullRequestDetails:
    """Snapshots by node id. A pull request with a list that could not be read to its end is refused, not shortened."""
    raw: RawAnswer = AnswerBuilder()
    if ids:
        result = session.query_in_dialect(documents.details, {"ids": ids})
        raw.add_result(result, places_by_index(result, ids), lambda node, refused: (dict(node), refused))
    _complete_lists(session, raw)
    snapshots, homes = AnswerBuilder[Snapshot](), AnswerBuilder[str]()
    for id, (node, refused) in raw.found.items():
        snapshots.add(id, partial(parse.snapshot, node, refused))
        homes.add(id, partial(parse.repository_of, node))
    refusals = {**raw.refused, **homes.refused, **snapshots.refused}
    found = {id: snapshot for id, snapshot in snapshots.found.items() if id not in refusals}
    repositories = {id: homes.found[id] for id in found}
    missing, protected = frozenset(raw.missing), frozenset(raw.protected)
    return PullRequestDetails(found, missing, refusals, session.cost, protected, repositories)


def _complete_lists(session: QuerySession, answer: RawAnswer) -> None:
    """Completes the lists of the found pull requests in place; refuses those whose lists could not be completed.

    Reads only one more page of the timeline: the database has the older part. Raises `Overloaded` if the lists take too
    long.
    """
    for turn in range(MOST_PAGES):
        if session.took_long:
            raise Overloaded("GitHub is too slow for lists that long.", cost=session.cost)
        wanted = list(_unread_pages(answer, timeline=turn == 0))
        for start in range(0, len(wanted), AT_ONCE):
            _read_further_pages(session, answer, wanted[start : start + AT_ONCE])
        if not wanted:
            return
    for id in {id for id, _, _ in _unread_pages(answer, timeline=False)}:
        answer.leave_out(id, f"One of its lists has more than {MOST_PAGES * 100:,} entries.")


def _unread_pages(answer: RawAnswer, *, timeline: bool) -> Iterator[UnreadPage]:
    for id, (node, _) in answer.found.items():
        for name in documents.CONNECTIONS:
            if (name != "timelineItems" or timeline) and (cursor := parse.next_page(node.get(name))):
                yield id, name, cursor


def _read_further_pages(session: QuerySession, answer: RawAnswer, wanted: list[UnreadPage]) -> None:
    variables = {f"i{at}": id for at, (id, _, _) in enumerate(wanted)}
    variables |= {f"c{at}": cursor for at, (_, _, cursor) in enumerate(wanted)}
    result = session.query_in_dialect(partial(documents.follow, tuple(name for _, name, _ in wanted)), variables)
    pages = AnswerBuilder[Node]()
    pages.add_result(result, places_by_alias("p", map(str, range(len(wanted)))), lambda node, refused: node)
    answer.protected |= {wanted[int(at)][0] for at in pages.protected}
    for at, (id, name, _) in enumerate(wanted):
        page = pages.found.get(str(at), {}).get(name)
        if page is None:
            answer.leave_out(id, pages.refused.get(str(at), "A part of it could not be read."))
        elif id in answer.found:
            node, _ = answer.found[id]
            node[name] = parse.join_pages(name, node[name], page)
