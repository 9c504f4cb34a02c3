"""Reads, just before sending, the facts by which the suppression rules judge the deliveries of one batch."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from monitor import queries
from monitor.models import Person, PullRequest, Snooze
from monitor.queries.turn_ages import absences_of
from notifications.models import Delivery
from notifications.planning.recipients import open_or_last_requests
from notifications.rules.suppression_rules import Situation


def situations(rows: Sequence[Delivery], now: datetime) -> dict[int, Situation]:
    """The situation of each delivery, by its primary key. All `rows` are about one pull request.

    Sets each row's `request` to the request that is open now: after a withdrawal and a new request, the new one counts.
    """
    pull_request = rows[0].pull_request
    _set_current_requests(rows)
    watching, snoozed, away = _watching(rows, pull_request), _snoozed(rows, now), _away(rows, now)
    told, requested_directly = _already_told(rows), _requested_directly(rows)
    absent = absences_of({row.asked_name for row in rows if row.kind == Delivery.Kind.ABSENCE}, now)
    return {
        row.pk: Situation(
            recipient=row.recipient if row.user_id else None,
            by=row.request.by if row.request else None,
            author=pull_request.author,
            of_absence=row.kind == Delivery.Kind.ABSENCE,
            back=row.kind == Delivery.Kind.ABSENCE and row.asked_name.lower() not in absent,
            unattended_bots=pull_request.is_unattended_bots,
            draft=pull_request.draft,
            state=pull_request.state,
            pending=row.request is not None and row.request.settled is None,
            settled=row.request.settled if row.request else None,
            settled_by=row.request.settled_by if row.request else None,
            watching=row.user_id is None or row.user_id in watching,
            away=row.user_id in away,
            snoozed=row.user_id in snoozed,
            requested_directly=row.asked_kind == "team" and row.user_id in requested_directly,
            already_told=(row.request_id, row.recipient, row.kind) in told,
            private=pull_request.repository.private,
            destination_excludes_private=not row.personal and not settings.SLACK_CHANNEL_HEARS_PRIVATE,
        )
        for row in rows
    }


def _set_current_requests(rows: Sequence[Delivery]) -> None:
    requests = open_or_last_requests({row.pull_request_id for row in rows})
    for row in rows:
        row.request = requests.get((row.pull_request_id, row.asked_kind, row.asked_name.lower()))


def _users(rows: Sequence[Delivery]) -> set[int]:
    return {row.user_id for row in rows if row.user_id is not None}


def _watching(rows: Sequence[Delivery], pull_request: PullRequest) -> set[int]:
    """Users who now subscribe to the repository, may see it and want messages."""
    watchers = {user for user, _ in queries.watchers_of([pull_request.repository_id], _users(rows))}
    wanting = Person.objects.filter(user__in=watchers, slack=True)
    return watchers & set(wanting.values_list("user_id", flat=True))


def _away(rows: Sequence[Delivery], now: datetime) -> set[int | None]:
    people = Person.objects.filter(user__in=_users(rows), away_from__lte=now, away_until__gt=now)
    return set(people.values_list("user_id", flat=True))


def _snoozed(rows: Sequence[Delivery], now: datetime) -> set[int | None]:
    snoozes = Snooze.objects.filter(Q(until__isnull=True) | Q(until__gt=now), user__in=_users(rows))
    return set(snoozes.filter(pull_request=rows[0].pull_request_id).values_list("user_id", flat=True))


def _already_told(rows: Sequence[Delivery]) -> set[tuple[int | None, str, str]]:
    """Request, recipient and kind of the messages that were sent before."""
    requests = {row.request_id for row in rows if row.request_id}
    sent = Delivery.objects.filter(request__in=requests, state__in=(Delivery.State.SENT,))
    return set(sent.values_list("request_id", "recipient", "kind"))


def _requested_directly(rows: Sequence[Delivery]) -> set[int | None]:
    """Users with a sent or waiting delivery for a direct request that is still open."""
    direct = Delivery.objects.filter(
        pull_request=rows[0].pull_request_id,
        user__in=_users(rows),
        kind=Delivery.Kind.REVIEW_REQUEST,
        asked_kind="user",
        state__in=(Delivery.State.SENT, Delivery.State.WAITING),
        request__isnull=False,
        request__settled__isnull=True,
    )
    return set(direct.values_list("user_id", flat=True))
