"""One pull request: whose turn it is and why, who was asked, what happened."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitor import queries
from monitor.models import PullRequest
from monitor.snapshot import moment
from monitor.views.acting import offered
from monitor.views.claims import on_it
from monitor.views.faces import faces_of
from monitor.views.outline import nothing_since
from monitor.views.page import page
from monitor.views.reasons import ROLES, reasons_for
from monitor.views.row import labels_of, row_of
from monitor.views.story import story
from monitor.views.texts import plain
from monitor.views.waiting import OFF_HOURS, waited


@require_safe
@login_required
def pull_request(request: HttpRequest, owner: str, name: str, number: int) -> HttpResponse:
    """The page of one pull request the reader may see."""
    after = queries.head()
    try:
        found = queries.pull_request_for(request.user, owner, name, number)
    except (queries.RepositoryNotFound, queries.PullRequestNotFound) as error:
        raise Http404(str(error)) from error
    if known := nothing_since(request, found.repository):
        return known
    return page(request, "monitor/pull_request.html", {"after": after, **_context(request.user, found)})


def _context(user: queries.AnyUser, found: PullRequest) -> dict[str, Any]:
    viewer = queries.viewer_for(user)
    document = json.loads(found.document)
    mine = queries.mine_for(user, [found])[found.pk]
    unconfirmed = queries.unconfirmed_takers([document])
    lasted = waited([(document, mine)], viewer.login, timezone.now())[0]
    return {
        "repository": found.repository,
        "row": row_of(document, mine, viewer.login, waited=lasted, unconfirmed=unconfirmed),
        "off_hours": lasted == OFF_HOURS,
        "by_me": bool(viewer.login) and (document["author"] or "").lower() == viewer.login,
        "document": document,
        "title": plain(found.title) or "(no title)",
        "labels": labels_of(document),
        "mine": mine,
        "snoozed_until": moment((mine["snoozed"] or {}).get("until")),
        "snoozes": offered(user, found),
        "claimable": document["state"] == "open" and viewer.login not in {None, (document["author"] or "").lower()},
        "claim": on_it(document, mine, viewer.login, unconfirmed),
        "roles": [ROLES[role] for role in mine["roles"]],
        "why": reasons_for(document, mine["roles"], viewer.login, viewer.teams),
        "owners_note": queries.owners_note(found),
        "faces": faces_of(document, viewer.login),
        "requests": [_request(entry, viewer) for entry in queries.requests_of(found)],
        "story": story(found.seen, queries.history_of(found)),
        "as_of": found.as_of,
    }


def _request(entry: dict[str, Any], viewer: queries.Viewer) -> dict[str, Any]:
    """One entry of the ledger, with times as times, and whether it is the reader."""
    times = {key: moment(entry[key]) for key in ("asked_at", "settled_at")}
    return {**entry, **times, "you": entry["kind"] == "user" and entry["name"].lower() == viewer.login}
