"""Where links into the demo GitHub lead: plain pages that say what this is."""

from __future__ import annotations

import re
from html import escape

from monitor.demo.server.http import Response
from monitor.demo.world.world import World

_PULL = re.compile(r"/([\w.-]+)/([\w.-]+)/pull/(\d+)(/.*)?")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}"
)


def page(world: World, route: str) -> Response | None:
    """The page at a path, or None where there is no page."""
    if route == "/":
        with world.lock:
            names = sorted(repo.name_with_owner for repo in world.repositories.values() if not repo.is_private)
        rows = "".join(f"<li>{escape(name)}</li>" for name in names[:200])
        return _html(
            "The demo GitHub", f"<p>A made-up GitHub on this machine. Nothing here is real.</p><ul>{rows}</ul>"
        )
    if match := _PULL.fullmatch(route):
        return _pull(world, f"{match[1]}/{match[2]}#{match[3]}")
    return None


def _pull(world: World, slug: str) -> Response:
    with world.lock:
        try:
            pull = world.pull(slug)
        except KeyError:
            return _html("Not found", f"<p>The demo GitHub has no {escape(slug)}.</p>", 404)
        if pull.repository.deleted:
            return _html("Not found", f"<p>The demo GitHub has no {escape(slug)}.</p>", 404)
        state = "draft" if pull.is_draft and pull.state == "OPEN" else pull.state.lower()
        author = pull.author.login if pull.author and not pull.author.deleted else "ghost"
        text = (
            f"<p>{escape(slug)} by {escape(author)}: <strong>{state}</strong>, checks {pull.head.rollup or 'none'}.</p>"
        )
        return _html(pull.title, f"{text}<p>This is the demo GitHub: a made-up pull request.</p>")


def _html(title: str, body: str, status: int = 200) -> Response:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return Response.html(f"{head}<h1>{escape(title)}</h1>{body}</html>", status)
