"""Finds the messages that a person got, or could get, about a pull request: one for each request to them or a team."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor import queries
from monitor.models import PullRequest
from notifications import transports
from notifications.delivery.current_situation import situations
from notifications.models import Delivery
from notifications.planning.recipients import open_or_last_requests
from notifications.rules.quiet_rule_explanation import PossibleMessage

Asked = tuple[str, str]  # kind, and name in lower case


def possible_messages(
    user: Any, viewer: queries.Viewer, pull_request: PullRequest, deliveries: Sequence[Delivery], now: datetime
) -> list[PossibleMessage]:
    """At least one message; those about requests to the person themselves first. `deliveries`: the newest first.

    For each request the last delivery, or the one that there would be now. If nobody is asked, the one that there would
    be if somebody asked the person now.
    """
    of_requests = [row for row in deliveries if row.kind == Delivery.Kind.REVIEW_REQUEST]
    rows = {(row.asked_kind, row.asked_name.lower()): row for row in reversed(of_requests)}
    own = {("user", viewer.login or ""), *(("team", team) for team in viewer.teams)}
    requested = {(kind, name) for _, kind, name in open_or_last_requests([pull_request.pk])} & own
    asked = sorted({*rows, *requested}, key=lambda one: (one[0] != "user", one[1])) or [("user", viewer.login or "")]
    # The keys of rows that are not saved are negative, so that each has its own.
    found = [
        rows.get(one) or _hypothetical(user, viewer, pull_request, one, -place) for place, one in enumerate(asked, 1)
    ]
    for row in found:
        row.user = user
    judged = situations(found, now)
    return [_message(row, judged[row.pk], told=of_requests) for row in found]


def _hypothetical(user: Any, viewer: queries.Viewer, pull_request: PullRequest, asked: Asked, key: int) -> Delivery:
    person = getattr(user, "person", None)
    destination = transports.destination_for(person.slack_user_id if person else "")
    return Delivery(
        pk=key,
        pull_request=pull_request,
        user=user,
        recipient=viewer.login or user.username,
        asked_kind=asked[0],
        asked_name=asked[1],
        # Without any destination it is not the rule about private repositories that keeps the message back.
        personal=destination is None or destination.personal,
        due_at=pull_request.updated_at,
    )


def _message(row: Delivery, situation: Any, told: Sequence[Delivery]) -> PossibleMessage:
    asked = row.request is not None or row.pk > 0
    sent = [
        one.ended_at
        for one in told
        if one.state == Delivery.State.SENT and row.request_id == one.request_id is not None
    ]
    suppressed = row.state == Delivery.State.SUPPRESSED
    return PossibleMessage(
        situation if asked else replace(situation, pending=True),
        team=row.asked_name if row.asked_kind == "team" else "",
        asked=asked,
        told_at=next((at for at in sent if at), None),
        kept_back_by=row.rule if suppressed else "",
        kept_back_because=row.reason if suppressed else "",
        kept_back_at=row.ended_at if suppressed else None,
        away_until=_away_until(row.user),
    )


def _away_until(user: Any) -> datetime | None:
    person = getattr(user, "person", None)
    return person.away_until if person else None
