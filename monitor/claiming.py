"""“I'm on it”: one person takes a pull request's review, for a set time."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from monitor.models import Claim, Person, PullRequest, Repository
from monitor.snapshot import isoformat


class ClaimRefused(Exception):
    """It cannot be claimed, or not by this user; the message says why."""


class NotYours(Exception):
    """Somebody else is on it."""

    def __init__(self, login: str) -> None:
        super().__init__(f"{login} is on it")


def claim(user: User, pull_request: PullRequest) -> None:
    """Takes the review until CLAIM_HOURS from now; claiming again starts the time anew. `pull_request` is brought up to date.

    Errors: ClaimRefused.
    """
    login = Person.objects.filter(user=user.pk).values_list("github_login", flat=True).first()
    if not login:
        raise ClaimRefused("say who you are on GitHub first: your profile has no GitHub login")
    now = timezone.now()
    with transaction.atomic():
        row = _locked(pull_request)
        _check(row, login, now)
        until = now + timedelta(hours=settings.CLAIM_HOURS)
        taken, _ = Claim.objects.update_or_create(
            pull_request=row, defaults={"login": login, "since": now, "until": until}
        )
        _write(row, claim_json(taken))
    pull_request.document = row.document


def release(user: User, pull_request: PullRequest) -> None:
    """Gives it back; nothing happens when nobody is on it. Errors: NotYours."""
    login = Person.objects.filter(user=user.pk).values_list("github_login", flat=True).first() or ""
    with transaction.atomic():
        row = _locked(pull_request)
        taken = Claim.objects.filter(pull_request=row).first()
        if taken is None:
            return
        if taken.until > timezone.now() and taken.login.lower() != login.lower() and not user.is_staff:
            raise NotYours(taken.login)
        taken.delete()
        _write(row, None)
    pull_request.document = row.document


def lapse(now: datetime) -> int:
    """Ends the claims whose time is over; how many."""
    over = list(Claim.objects.filter(until__lte=now).select_related("pull_request__repository"))
    for taken in over:
        with transaction.atomic():
            row = _locked(taken.pull_request)
            # Whoever claimed it anew in the meantime keeps it.
            if Claim.objects.filter(pk=taken.pk, until__lte=now).delete()[0]:
                _write(row, None)
    return len(over)


def claim_json(taken: Claim) -> dict[str, Any]:
    """A claim as a pull request's `claimed` shows it."""
    return {"login": taken.login, "since": isoformat(taken.since), "until": isoformat(taken.until)}


def _locked(pull_request: PullRequest) -> PullRequest:
    # The repository's row is what recording locks: a document is never written by two at once.
    Repository.objects.select_for_update().get(pk=pull_request.repository_id)
    return PullRequest.objects.get(pk=pull_request.pk)


def _check(row: PullRequest, login: str, now: datetime) -> None:
    if row.state != "open":
        raise ClaimRefused(f"it is {row.state}; there is nothing left to review")
    if row.author == login.lower():
        raise ClaimRefused("it is your own; somebody else reviews it")
    taken = Claim.objects.filter(pull_request=row, until__gt=now).first()
    if taken is not None and taken.login.lower() != login.lower():
        raise ClaimRefused(f"{taken.login} is on it")


def _write(row: PullRequest, claimed: dict[str, Any] | None) -> None:
    plain = json.loads(row.document) | {"claimed": claimed}
    row.document = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    row.save(update_fields=["document"])
