"""Turns GitHub's JSON into prmonitor's own values: no other package knows GitHub's field names. Pure.

Deleted accounts and unreadable teams become None or are left out. An unknown value becomes the most cautious value,
such as `unknown`. JSON that cannot be understood raises `UnreadableAnswer`.
"""

from monitor.github.parse.fields import Node, UnreadableAnswer
from monitor.github.parse.lists import FilesPage, changed_files, join_pages, members, next_page
from monitor.github.parse.people import login_owner
from monitor.github.parse.pull_requests import checks, ci, repository_of, snapshot, state
from monitor.github.parse.repositories import (
    CODEOWNERS_PLACES,
    blob_text,
    codeowners,
    probed_repository,
    repository_metadata,
)

__all__ = [
    "CODEOWNERS_PLACES",
    "FilesPage",
    "Node",
    "UnreadableAnswer",
    "blob_text",
    "changed_files",
    "checks",
    "ci",
    "codeowners",
    "join_pages",
    "login_owner",
    "members",
    "next_page",
    "probed_repository",
    "repository_metadata",
    "repository_of",
    "snapshot",
    "state",
]
