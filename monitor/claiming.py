"""“I'm on it”: one person takes a pull request's review, for a set time."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from monitor.attention.turn import same
from monitor.derived import takers_of
from monitor.models import Claim, Person, PullRequest, Repository
from monitor.models.person import confirmed_among
from monitor.recording import rederive
from monitor.taking import Taker

LAPSED_AT_ONCE = 200


class ClaimRefused(Exception):
    """It cannot be claimed, or not by this user; the message says why."""


class NotYours(Exception):
    """Somebody else is on it."""

    def __init__(self, login: str) -> None:
        super().__init__(f"{login} is on it")


def claim(user: User, pull_request: PullRequest) -> None:
    """Takes the review until CLAIM_HOURS from now; claiming again starts the time anew. Errors: ClaimRefused.

    Requests of the user's teams are settled by it as taken, if their login is confirmed. Whoever is on it under a login
    that is not gives way to them. `pull_request.document` is brought up to date.
    """
    login = _login_of(user)
    if not login:
        raise ClaimRefused("say who you are on GitHub first: your profile has no GitHub login")
    now = timezone.now()
    until = now + timedelta(hours=settings.CLAIM_HOURS)
    with transaction.atomic():
        row = _locked(pull_request)
        _check(row, login, now)
        Claim.objects.update_or_create(pull_request=row, defaults={"login": login, "since": now, "until": until})
        pull_request.document = _rederived(row, now, login)


def release(user: User, pull_request: PullRequest) -> None:
    """Gives it back: teams are asked again. Nothing happens when nobody is on it. Errors: NotYours."""
    now = timezone.now()
    with transaction.atomic():
        row = _locked(pull_request)
        taker, login = _taker_of(row, now), _login_of(user)
        if taker is not None and not same(taker.login, login) and not user.is_staff:
            raise NotYours(taker.login)
        if not Claim.objects.filter(pull_request=row).delete()[0]:
            return
        pull_request.document = _rederived(row, now, login or None)


def lapse(now: datetime) -> int:
    """Ends the claims whose time is over, so that the teams are asked again; how many. Cheap when there are none."""
    over = Claim.objects.filter(until__lte=now)
    rows = list(PullRequest.objects.filter(claim__in=over).order_by("pk").values_list("pk", flat=True)[:LAPSED_AT_ONCE])
    if rows:
        with transaction.atomic():
            # The repositories first, as everybody does who changes a pull request: else two could wait for each other.
            _lock(Repository.objects.filter(pull_requests__in=rows))
            # Whoever claimed one of them anew in the meantime keeps it.
            over.filter(pull_request__in=rows).delete()
            rederive(PullRequest.objects.filter(pk__in=rows), now=now)
    return len(rows)


def forget(login: str) -> None:
    """Ends the claims under a login that turned out to be somebody else's."""
    claims = Claim.objects.filter(login__iexact=login)
    rows = list(claims.values_list("pull_request", flat=True))
    with transaction.atomic():
        _lock(Repository.objects.filter(pull_requests__in=rows))
        claims.filter(pull_request__in=rows).delete()
        rederive(PullRequest.objects.filter(pk__in=rows), now=timezone.now())


def reconsider(logins: Collection[str]) -> None:
    """Works out anew what the claims under these logins do, after one was confirmed or is not any more."""
    keys = {login.lower() for login in logins}
    claims = Claim.objects.annotate(key=Lower("login")).filter(key__in=keys)
    rederive(PullRequest.objects.filter(claim__in=claims), now=timezone.now())


def _login_of(user: User) -> str:
    return Person.objects.filter(user=user.pk).values_list("github_login", flat=True).first() or ""


def _lock(repositories: QuerySet[Repository]) -> None:
    """The repository's row is what recording locks: nobody changes its pull requests until we are done."""
    ids = repositories.order_by().values("pk")
    list(Repository.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def _locked(pull_request: PullRequest) -> PullRequest:
    _lock(Repository.objects.filter(pk=pull_request.repository_id))
    return PullRequest.objects.select_related("claim").get(pk=pull_request.pk)


def _check(row: PullRequest, login: str, now: datetime) -> None:
    if row.state != "open":
        raise ClaimRefused(f"it is {row.state}; there is nothing left to review")
    if row.author == login.lower():
        raise ClaimRefused("it is your own; somebody else reviews it")
    taker = _taker_of(row, now)
    if taker is None or same(taker.login, login):
        return
    if taker.confirmed or not confirmed_among({login}):
        raise ClaimRefused(f"{taker.login} is on it")


def _taker_of(row: PullRequest, now: datetime) -> Taker | None:
    return takers_of([(row, row.seen)], now).get(row.pk)


def _rederived(row: PullRequest, now: datetime, by: str | None) -> str:
    anew = PullRequest.objects.filter(pk=row.pk)
    rederive(anew, now=now, by=by)
    return anew.values_list("document", flat=True).get()
