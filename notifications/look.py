"""Looks again before sending: what is true of the deliveries of one message now."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from monitor import queries
from monitor.models import Person, PullRequest, Snooze
from notifications.audience import open_or_last
from notifications.models import Delivery
from notifications.quiet import Situation

_TOLD = (Delivery.State.SENT,)


def situations(rows: Sequence[Delivery], now: datetime) -> dict[int, Situation]:
    """Delivery id -> what decides on it; all `rows` are about one pull request.

    Each row's `request` becomes the one that is open now: withdrawn and asked again, it is the new one that counts.
    """
    pull_request = rows[0].pull_request
    _refer_to_the_open(rows)
    watching, snoozed = _watching(rows, pull_request), _snoozed(rows, now)
    told, direct = _told(rows), _asked_directly(rows)
    return {
        row.pk: Situation(
            recipient=row.recipient if row.user_id else None,
            by=row.request.by if row.request else None,
            author=pull_request.author,
            author_is_bot=pull_request.author_is_bot,
            draft=pull_request.draft,
            state=pull_request.state,
            pending=row.request is not None and row.request.settled is None,
            settled=row.request.settled if row.request else None,
            settled_by=row.request.settled_by if row.request else None,
            watching=row.user_id is None or row.user_id in watching,
            snoozed=row.user_id in snoozed,
            asked_directly=row.asked_kind == "team" and row.user_id in direct,
            told=(row.request_id, row.recipient) in told,
            private=pull_request.repository.private,
            overheard=not row.personal and not settings.SLACK_CHANNEL_HEARS_PRIVATE,
        )
        for row in rows
    }


def _refer_to_the_open(rows: Sequence[Delivery]) -> None:
    ledger = open_or_last({row.pull_request_id for row in rows})
    for row in rows:
        row.request = ledger.get((row.pull_request_id, row.asked_kind, row.asked_name.lower()))


def _users(rows: Sequence[Delivery]) -> set[int]:
    return {row.user_id for row in rows if row.user_id is not None}


def _watching(rows: Sequence[Delivery], pull_request: PullRequest) -> set[int]:
    """Users who subscribe to the repository, may see it and want messages, whatever was true when the event came."""
    watchers = {user for user, _ in queries.watchers_of([pull_request.repository_id], _users(rows))}
    wanting = Person.objects.filter(user__in=watchers, slack=True)
    return watchers & set(wanting.values_list("user_id", flat=True))


def _snoozed(rows: Sequence[Delivery], now: datetime) -> set[int | None]:
    snoozes = Snooze.objects.filter(Q(until__isnull=True) | Q(until__gt=now), user__in=_users(rows))
    return set(snoozes.filter(pull_request=rows[0].pull_request_id).values_list("user_id", flat=True))


def _told(rows: Sequence[Delivery]) -> set[tuple[int | None, str]]:
    requests = {row.request_id for row in rows if row.request_id}
    told = Delivery.objects.filter(request__in=requests, state__in=_TOLD)
    return set(told.values_list("request_id", "recipient"))


def _asked_directly(rows: Sequence[Delivery]) -> set[int | None]:
    direct = Delivery.objects.filter(
        pull_request=rows[0].pull_request_id,
        user__in=_users(rows),
        asked_kind="user",
        state__in=(*_TOLD, Delivery.State.WAITING),
        request__isnull=False,
        request__settled__isnull=True,
    )
    return set(direct.values_list("user_id", flat=True))
