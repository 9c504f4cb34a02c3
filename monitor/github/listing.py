"""Reads lists that go over several pages: a team's members, the changed files of pull requests."""

from __future__ import annotations

from dataclasses import replace

from monitor.github import documents, parse
from monitor.github.answers import Answer, ChangedFiles
from monitor.github.call import Call
from monitor.github.errors import Forbidden
from monitor.github.sorting import Sorted, by_index

# GitHub lists no more changed files of a pull request.
MOST_FILES = 3000
MOST_MEMBER_PAGES = 50
# Longer than for other questions: members cannot be read in parts, and the task that reads them begins nothing late.
MOST_MEMBER_SECONDS = 30
SLOW = "It has more members than GitHub told in {seconds} seconds."
NO_TIME = "GitHub is too slow to read all of its files now."
Todo = tuple[list[str], str | None]  # pull requests, cursor


def read_team(call: Call, name: str) -> Answer[tuple[str, ...]]:
    """All members of a team, or none: half a team would let its other half go untold."""
    organization, _, slug = name.partition("/")
    logins: dict[str, None] = {}
    after = None
    for _ in range(MOST_MEMBER_PAGES):
        if call.cost.seconds > MOST_MEMBER_SECONDS:
            return Answer({}, refused={name: SLOW.format(seconds=MOST_MEMBER_SECONDS)}, cost=call.cost)
        page = Sorted[tuple[tuple[str, ...], str | None]]()
        try:
            reply = call.ask(documents.team(), {"org": organization, "slug": slug, "after": after})
        except Forbidden as error:
            return Answer({}, refused={name: str(error)}, cost=call.cost)
        page.take(reply, {("organization", "team"): name}, lambda node, refused: parse.members(node))
        if name not in page.found:
            return Answer({}, frozenset(page.missing), page.refused, call.cost)
        members, after = page.found[name]
        logins |= dict.fromkeys(members)
        if after is None:
            return Answer({name: tuple(logins)}, cost=call.cost)
    return Answer({}, refused={name: f"It has more than {MOST_MEMBER_PAGES * 100:,} members."}, cost=call.cost)


def read_files(call: Call, ids: list[str]) -> Answer[ChangedFiles]:
    """The changed paths of each pull request; those with more than a page are followed one by one.

    What there is no time for is refused, but for one at least: that is cut off where it stands, or it could never be read.
    """
    done = Sorted[ChangedFiles]()
    todo: list[Todo] = [(ids, None)] if ids else []
    while todo and not call.took_long:
        batch, after = todo.pop()
        reply, page = call.ask(documents.files(), {"ids": batch, "after": after}), Sorted[parse.FilesPage]()
        page.take(reply, by_index(reply, batch), lambda node, refused: parse.changed_files(node))
        todo += [([id], cursor) for id in batch if (cursor := _gather(done, page, id))]
    _cut_off(done, [id for batch, _ in todo for id in batch])
    return done.answer(call.cost)


def _cut_off(done: Sorted[ChangedFiles], unread: list[str]) -> None:
    if unread and len(done.found) == len(unread):
        last = unread.pop()
        done.found[last] = replace(done.found[last], truncated=True)
    for id in unread:
        done.drop(id, NO_TIME)


def _gather(done: Sorted[ChangedFiles], page: Sorted[parse.FilesPage], id: str) -> str | None:
    """Add a page of one pull request's files to what is known of it; answers the cursor of the page to read next."""
    if (got := page.found.get(id)) is None:
        done.drop(id, page.refused.get(id))
        return None
    known = done.found.get(id, ChangedFiles(got.head_sha, ()))
    if known.head_sha != got.head_sha:
        done.drop(id, "Somebody pushed while its files were being read.")
        return None
    paths = known.paths + got.paths
    goes_on = got.cursor is not None and len(paths) < MOST_FILES
    done.found[id] = ChangedFiles(got.head_sha, paths[:MOST_FILES], truncated=not goes_on and got.total > len(paths))
    return got.cursor if goes_on else None
