"""Reads lists that have several pages: a team's members, the changed files of pull requests."""

from __future__ import annotations

from dataclasses import replace

from monitor.github import documents, parse
from monitor.github.answer_builder import AnswerBuilder, places_by_index
from monitor.github.answers import ChangedFiles, GitHubAnswer
from monitor.github.errors import Forbidden
from monitor.github.query_session import QuerySession

# GitHub lists at most this many changed files of a pull request.
MOST_FILES = 3000
MOST_MEMBER_PAGES = 50
# Longer than for other queries: members cannot be read in parts, and the task that reads them starts nothing late.
MOST_MEMBER_SECONDS = 30
SLOW = "It has more members than GitHub told in {seconds} seconds."
NO_TIME = "GitHub is too slow to read all of its files now."
UnreadPages = tuple[list[str], str | None]  # pull requests, cursor


def read_team(session: QuerySession, name: str) -> GitHubAnswer[tuple[str, ...]]:
    """All members of a team, or none: with half of the members, the other half would get no notifications."""
    organization, _, slug = name.partition("/")
    logins: dict[str, None] = {}
    after = None
    for _ in range(MOST_MEMBER_PAGES):
        if session.cost.seconds > MOST_MEMBER_SECONDS:
            return GitHubAnswer({}, refused={name: SLOW.format(seconds=MOST_MEMBER_SECONDS)}, cost=session.cost)
        page = AnswerBuilder[tuple[tuple[str, ...], str | None]]()
        try:
            result = session.query(documents.team(), {"org": organization, "slug": slug, "after": after})
        except Forbidden as error:
            return GitHubAnswer({}, refused={name: str(error)}, cost=session.cost)
        page.add_result(result, {("organization", "team"): name}, lambda node, refused: parse.members(node))
        if name not in page.found:
            return GitHubAnswer({}, frozenset(page.missing), page.refused, session.cost)
        members, after = page.found[name]
        logins |= dict.fromkeys(members)
        if after is None:
            return GitHubAnswer({name: tuple(logins)}, cost=session.cost)
    return GitHubAnswer({}, refused={name: f"It has more than {MOST_MEMBER_PAGES * 100:,} members."}, cost=session.cost)


def read_files(session: QuerySession, ids: list[str]) -> GitHubAnswer[ChangedFiles]:
    """The changed paths of each pull request. Pull requests with more than one page are continued one by one.

    Pull requests that the time does not allow are refused. But if nothing else was read, the result contains one of them
    in truncated form: otherwise a very long list could never be read.
    """
    done = AnswerBuilder[ChangedFiles]()
    todo: list[UnreadPages] = [(ids, None)] if ids else []
    while todo and not session.took_long:
        batch, after = todo.pop()
        result, page = (
            session.query(documents.files(), {"ids": batch, "after": after}),
            AnswerBuilder[parse.FilesPage](),
        )
        page.add_result(result, places_by_index(result, batch), lambda node, refused: parse.changed_files(node))
        todo += [([id], cursor) for id in batch if (cursor := _add_page(done, page, id))]
    _leave_out_unread(done, [id for batch, _ in todo for id in batch])
    return done.build(session.cost)


def _leave_out_unread(done: AnswerBuilder[ChangedFiles], unread: list[str]) -> None:
    if unread and len(done.found) == len(unread):
        last = unread.pop()
        done.found[last] = replace(done.found[last], truncated=True)
    for id in unread:
        done.leave_out(id, NO_TIME)


def _add_page(done: AnswerBuilder[ChangedFiles], page: AnswerBuilder[parse.FilesPage], id: str) -> str | None:
    """Adds one page of a pull request's files to the paths read so far; returns the cursor of the next page."""
    if (got := page.found.get(id)) is None:
        done.leave_out(id, page.refused.get(id))
        return None
    known = done.found.get(id, ChangedFiles(got.head_sha, ()))
    if known.head_sha != got.head_sha:
        done.leave_out(id, "Somebody pushed while its files were being read.")
        return None
    paths = known.paths + got.paths
    goes_on = got.cursor is not None and len(paths) < MOST_FILES
    done.found[id] = ChangedFiles(got.head_sha, paths[:MOST_FILES], truncated=not goes_on and got.total > len(paths))
    return got.cursor if goes_on else None
