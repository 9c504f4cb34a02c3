"""The page “Why is this (not) on my list?” of a pull request; staff choose of whom."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from monitor import queries
from monitor.models import PullRequest
from monitor.pages.render_page import render_page
from monitor.pages.wording.plain_text import plain
from monitor.pages.wording.reason_wording import ROLES
from monitor.rules.snapshot import parse_time
from monitor.rules.turn_explanation import RuleExplanation
from notifications.explanation.why import Why, why_for
from notifications.models import Delivery
from notifications.pages.rule_titles import group_of, title_of

LONGEST_NAME = 150
# state -> (its word, icon, colour)
_RESULTS = {
    Delivery.State.WAITING: ("waiting", "clock", "warn"),
    Delivery.State.SENT: ("sent", "send", "ok"),
    Delivery.State.SUPPRESSED: ("kept back", "off", "t2"),
    Delivery.State.FAILED: ("failed", "x", "bad"),
}


@require_safe
@login_required
def why(request: HttpRequest, owner: str, name: str, number: int) -> HttpResponse:
    """The page of a pull request that the reader may see. `?user=`: of whom, for staff; 403 for others."""
    try:
        found = queries.pull_request_for(request.user, owner, name, number)
    except (queries.RepositoryNotFound, queries.PullRequestNotFound) as error:
        raise Http404(str(error)) from error
    reader: Any = request.user
    wanted = request.GET.get("user", "").strip()
    if wanted and not reader.is_staff:
        raise PermissionDenied
    context = {"pull_request": found, "title": plain(found.title) or "(no title)", "wanted": wanted}
    person = _user_named(wanted) if wanted else reader
    if person is None:
        return render_page(request, "notifications/why.html", {**context, "unknown": True}, status=422)
    about = _about(found, person, why_for(person, found), is_me=person.pk == reader.pk)
    return render_page(request, "notifications/why.html", {**context, **about})


def _user_named(wanted: str) -> Any:
    return None if len(wanted) > LONGEST_NAME or "\x00" in wanted else queries.user_named(wanted)


def _about(found: PullRequest, person: Any, explained: Why, *, is_me: bool) -> dict[str, Any]:
    turn = explained.mine["turn"]
    held_first = sorted(explained.rules, key=lambda line: not line.holds)
    return {
        "explained": explained,
        "whose": "" if is_me else _name_of(person),
        "turn_since": parse_time(turn["since"]) if turn else None,
        "roles": [ROLES[role][0] for role in explained.mine["roles"]],
        "snoozed": explained.mine["snoozed"],
        "lines": [_line(line) for line in held_first],
        "deliveries": [_delivery(row) for row in explained.deliveries],
    }


def _name_of(person: Any) -> str:
    """The GitHub login, else the username."""
    profile = getattr(person, "person", None)
    return str((profile.github_login if profile else None) or person.username)


def _line(line: RuleExplanation) -> dict[str, Any]:
    return {
        "rule": line.rule,
        "title": title_of(line.rule),
        "group": group_of(line.rule),
        "holds": line.holds,
        "words": line.words,
    }


def _delivery(row: Delivery) -> dict[str, Any]:
    word, icon, color = _RESULTS[Delivery.State(row.state)]
    return {
        "at": row.ended_at or row.created_at,
        "to": "a direct message" if row.personal else row.channel or "nowhere",
        "absent": row.asked_name if row.kind == Delivery.Kind.ABSENCE else "",
        "team": row.asked_name if row.asked_kind == "team" else "",
        "result": word,
        "icon": icon,
        "color": color,
        "title": title_of(row.rule) if row.rule else "",
        "reason": row.reason,
        "answer": row.answer if row.state == Delivery.State.FAILED or not row.ended_at else "",
    }
