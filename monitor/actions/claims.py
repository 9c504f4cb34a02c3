"""“I'm on it”: one person takes a pull request's review, for a set time."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from monitor.models import Claim, Person, PullRequest, Repository
from monitor.models.person import confirmed_among
from monitor.recording.derived_values import claimants_of
from monitor.recording.recorder import rederive
from monitor.rules.claim_effects import Claimant
from monitor.rules.logins import same_login

LAPSED_AT_ONCE = 200


class ClaimRefused(Exception):
    """The pull request cannot be claimed, or not by this user; the message says why."""


class ClaimedByAnother(Exception):
    """Somebody else has claimed the pull request."""

    def __init__(self, login: str) -> None:
        super().__init__(f"{login} is on it")


def claim(user: User, pull_request: PullRequest) -> None:
    """Claims the review for CLAIM_HOURS; claiming again starts the time anew. Errors: ClaimRefused.

    If the user's login is confirmed, the claim settles the review requests of their teams, and replaces a claim under
    a login that is not confirmed. Updates `pull_request.document`.
    """
    login = _login_of(user)
    if not login:
        raise ClaimRefused("say who you are on GitHub first: your profile has no GitHub login")
    now = timezone.now()
    until = now + timedelta(hours=settings.CLAIM_HOURS)
    with transaction.atomic():
        row = _lock_and_read(pull_request)
        _check_claimable(row, login, now)
        Claim.objects.update_or_create(pull_request=row, defaults={"login": login, "since": now, "until": until})
        pull_request.document = _rederived(row, now, login)


def release(user: User, pull_request: PullRequest) -> None:
    """Ends the claim: the teams are asked again. Does nothing when there is no claim. Errors: ClaimedByAnother."""
    now = timezone.now()
    with transaction.atomic():
        row = _lock_and_read(pull_request)
        claimant, login = _claimant_of(row, now), _login_of(user)
        if claimant is not None and not same_login(claimant.login, login) and not user.is_staff:
            raise ClaimedByAnother(claimant.login)
        if not Claim.objects.filter(pull_request=row).delete()[0]:
            return
        pull_request.document = _rederived(row, now, login or None)


def end_expired_claims(now: datetime) -> int:
    """Ends expired claims, so that the teams are requested again; returns how many. One cheap query if none expired."""
    over = Claim.objects.filter(until__lte=now)
    rows = list(PullRequest.objects.filter(claim__in=over).order_by("pk").values_list("pk", flat=True)[:LAPSED_AT_ONCE])
    if rows:
        with transaction.atomic():
            # Lock the repositories first, as all code that changes a pull request does: this prevents deadlocks.
            _lock(Repository.objects.filter(pull_requests__in=rows))
            # A claim that was made anew in the meantime stays.
            over.filter(pull_request__in=rows).delete()
            rederive(PullRequest.objects.filter(pk__in=rows), now=now)
    return len(rows)


def end_claims_of(login: str) -> None:
    """Ends the claims under a login that belongs to somebody else."""
    claims = Claim.objects.filter(login__iexact=login)
    rows = list(claims.values_list("pull_request", flat=True))
    with transaction.atomic():
        _lock(Repository.objects.filter(pull_requests__in=rows))
        claims.filter(pull_request__in=rows).delete()
        rederive(PullRequest.objects.filter(pk__in=rows), now=timezone.now())


def rederive_claims_of(logins: Collection[str]) -> None:
    """Recomputes the effects of the claims under these logins, after a login was confirmed or lost its confirmation."""
    keys = {login.lower() for login in logins}
    claims = Claim.objects.annotate(key=Lower("login")).filter(key__in=keys)
    rederive(PullRequest.objects.filter(claim__in=claims), now=timezone.now())


def _login_of(user: User) -> str:
    return Person.objects.filter(user=user.pk).values_list("github_login", flat=True).first() or ""


def _lock(repositories: QuerySet[Repository]) -> None:
    """Locks the rows that recording locks too: nobody else changes the pull requests until the transaction ends."""
    ids = repositories.order_by().values("pk")
    list(Repository.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def _lock_and_read(pull_request: PullRequest) -> PullRequest:
    _lock(Repository.objects.filter(pk=pull_request.repository_id))
    return PullRequest.objects.select_related("claim").get(pk=pull_request.pk)


def _check_claimable(row: PullRequest, login: str, now: datetime) -> None:
    if row.state != "open":
        raise ClaimRefused(f"it is {row.state}; there is nothing left to review")
    if row.author == login.lower():
        raise ClaimRefused("it is your own; somebody else reviews it")
    claimant = _claimant_of(row, now)
    if claimant is None or same_login(claimant.login, login):
        return
    if claimant.confirmed or not confirmed_among({login}):
        raise ClaimRefused(f"{claimant.login} is on it")


def _claimant_of(row: PullRequest, now: datetime) -> Claimant | None:
    return claimants_of([(row, row.stored_snapshot)], now).get(row.pk)


def _rederived(row: PullRequest, now: datetime, actor: str | None) -> str:
    anew = PullRequest.objects.filter(pk=row.pk)
    rederive(anew, now=now, actor=actor)
    return anew.values_list("document", flat=True).get()
