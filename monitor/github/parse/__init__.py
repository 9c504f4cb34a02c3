"""GitHub's JSON to our own values: nobody else knows GitHub's field names. Pure.

Whoever cannot be named (deleted accounts, unreadable teams) is None or left out; values unknown to us become the
weakest thing that is still true; what cannot be understood at all raises `Puzzling`.
"""

from monitor.github.parse.fields import Node, Puzzling
from monitor.github.parse.lists import FilesPage, changed_files, joined, members, next_page
from monitor.github.parse.people import account
from monitor.github.parse.pull_requests import checks, ci, repository_of, snapshot, state
from monitor.github.parse.repositories import CODEOWNERS_PLACES, codeowners, facts, probed

__all__ = [
    "CODEOWNERS_PLACES",
    "FilesPage",
    "Node",
    "Puzzling",
    "account",
    "changed_files",
    "checks",
    "ci",
    "codeowners",
    "facts",
    "joined",
    "members",
    "next_page",
    "probed",
    "repository_of",
    "snapshot",
    "state",
]
