"""The page of one pull request: whose turn it is and why, who was asked for a review, and what happened."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitor import queries
from monitor.models import PullRequest
from monitor.pages.lists.row import RowContext, labels_of, row_of
from monitor.pages.lists.waiting_time import OFF_HOURS, waiting_times
from monitor.pages.page_refresh import not_modified_since
from monitor.pages.pull_requests.pull_request_actions import snooze_choices_for
from monitor.pages.render_page import render_page
from monitor.pages.wording.avatars import avatars_of
from monitor.pages.wording.claim_wording import claim_wording_for
from monitor.pages.wording.merge_wording import merge_wording_for
from monitor.pages.wording.plain_text import plain
from monitor.pages.wording.reason_wording import ROLES, reasons_for
from monitor.pages.wording.stack_wording import stack_steps
from monitor.pages.wording.timeline_wording import timeline_of
from monitor.pages.wording.wait_wording import wait_wording_for
from monitor.queries.stacks import stacks_of
from monitor.queries.turn_ages import absences_of
from monitor.rules.snapshot import parse_time


@require_safe
@login_required
def pull_request(request: HttpRequest, owner: str, name: str, number: int) -> HttpResponse:
    """The page of a pull request that the reader may see."""
    after = queries.latest_event_id()
    try:
        found = queries.pull_request_for(request.user, owner, name, number)
    except (queries.RepositoryNotFound, queries.PullRequestNotFound) as error:
        raise Http404(str(error)) from error
    if not_modified := not_modified_since(request, found.repository):
        return not_modified
    return render_page(request, "monitor/pull_request.html", {"after": after, **_context(request.user, found)})


def _context(user: queries.AnyUser, found: PullRequest) -> dict[str, Any]:
    viewer = queries.viewer_for(user)
    document, snapshot = json.loads(found.document), found.stored_snapshot
    mine = queries.mine_of(user, found, viewer)
    unconfirmed = queries.unconfirmed_claimants([document])
    waiting_time = waiting_times([(document, mine)], viewer.login, timezone.now())[0]
    context = RowContext(waiting_time=waiting_time, unconfirmed=unconfirmed, unread_since=found.unread_since)
    return {
        "repository": found.repository,
        "row": row_of(document, mine, viewer.login, context),
        "stack": stack_steps(found.repository.full_name, found.number, stacks_of([found]).get(found.pk, ())),
        "wait": wait_wording_for(document),
        "merging": merge_wording_for(document, snapshot.merging, viewer.login),
        "off_hours": waiting_time.words == OFF_HOURS,
        "by_me": bool(viewer.login) and (document["author"] or "").lower() == viewer.login,
        "document": document,
        "title": plain(found.title) or "(no title)",
        "labels": labels_of(document),
        "mine": mine,
        "snoozed_until": parse_time((mine["snoozed"] or {}).get("until")),
        "snoozes": snooze_choices_for(user, found),
        "claimable": document["state"] == "open" and viewer.login not in {None, (document["author"] or "").lower()},
        "claim": claim_wording_for(document, mine, viewer.login, unconfirmed),
        "roles": [ROLES[role] for role in mine["roles"]],
        "reasons": reasons_for(document, mine["roles"], viewer.login, viewer.teams),
        "owners_note": queries.code_owners_note(found),
        "avatars": avatars_of(document, viewer.login),
        "requests": _requests(queries.review_requests_of(found), viewer),
        "timeline": timeline_of(snapshot, queries.history_of(found)),
        "as_of": found.as_of,
    }


def _requests(entries: Sequence[dict[str, Any]], viewer: queries.Viewer) -> list[dict[str, Any]]:
    """The entries of the ledger with parsed times.

    `you`: the reader was asked. `away_until`: when the person who is still asked is back, if they are away.
    """
    asked = {entry["name"] for entry in entries if entry["kind"] == "user" and not entry["settled"]}
    absences = absences_of(asked, timezone.now())
    return [_request(entry, viewer, absences) for entry in entries]


def _request(entry: dict[str, Any], viewer: queries.Viewer, absences: Mapping[str, datetime]) -> dict[str, Any]:
    times = {key: parse_time(entry[key]) for key in ("asked_at", "settled_at")}
    is_person, login = entry["kind"] == "user", entry["name"].lower()
    is_reader = is_person and login == viewer.login
    away_until = absences.get(login) if is_person and not is_reader and not entry["settled"] else None
    return {**entry, **times, "you": is_reader, "away_until": away_until}
