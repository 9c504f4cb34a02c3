"""Counts each password try in the database before the password is checked, and refuses a try that is one too many.

Counting is one conditional UPDATE per key, so of many tries at the same moment no more than allowed pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Literal

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.crypto import salted_hmac

from monitor.models import SignInTries

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
TRIES = 5
TRIES_OF_ADDRESS = 20
# Tries at one account from many addresses: the first ten are free, then each has to wait longer after the one before.
FREE = 10
WAITS = (1, 2, 4, 8, 16, 32, 60)

ThrottleKind = Literal["account", "address", "slowed"]
_WORDS: dict[ThrottleKind, str] = {
    "account": "Too many tries. Signing in with this name works again in {}.",
    "address": "Too many tries from your address. Signing in works again in {}.",
    "slowed": "This name is being tried from many places. Try again in {}.",
}


class TooManyTries(Exception):
    """There were too many tries, so the password is not checked. `retry_after`: seconds; `span`: the same in words."""

    def __init__(self, kind: ThrottleKind, retry_after: int) -> None:
        self.retry_after = retry_after
        self.span = _in_words(retry_after)
        super().__init__(_WORDS[kind].format(self.span))


@dataclass(frozen=True, slots=True)
class _Bucket:
    """Tries that are counted together, and their limit."""

    kind: ThrottleKind
    digest: str
    limit: int

    @property
    def slows(self) -> bool:
        """Whether more than `limit` may pass, one after the other; else there is a pause."""
        return self.kind == "slowed"

    @property
    def row(self) -> QuerySet[SignInTries]:
        return SignInTries.objects.filter(pk=self.digest)

    def open(self, now: datetime) -> Q:
        """Whether one more may pass."""
        return _over(now) | Q(count__lt=self.limit) | (Q(free_at__lte=now) if self.slows else Q())

    def with_one_more(self, now: datetime) -> dict[str, Any]:
        """The columns after one more try: an expired window begins anew; the last allowed try begins a pause."""
        begins = _over(now) if self.slows else _over(now) | Q(count=self.limit - 1)
        columns: dict[str, Any] = {
            "count": Case(When(_over(now), then=Value(1)), default=F("count") + 1),
            "since": Case(When(begins, then=Value(now)), default=F("since")),
        }
        return columns | ({"free_at": _next_one(now)} if self.slows else {})

    def free_again(self, row: SignInTries) -> datetime:
        end = row.since + WINDOW
        return min(row.free_at, end) if self.slows else end


@dataclass(frozen=True, slots=True)
class CountedTry:
    """A try whose password may be checked. `left`: how many tries are left if this one fails."""

    left: int
    buckets: Sequence[_Bucket]

    def succeeded(self) -> None:
        """Forgets the tries at this account from here, and takes this try out of the counts shared with others."""
        own, *shared = self.buckets
        own.row.delete()
        for bucket in shared:
            bucket.row.filter(count__gt=0).update(count=F("count") - 1)


def count_try(username: str, address: str, device: str | None = None) -> CountedTry:
    """Counts a try at the password of `username`; call it outside any transaction. Errors: TooManyTries.

    `device` is the id of a browser in which this account was signed in before. Its tries are counted apart, so that
    tries of others, from the same address or at the same account, do not keep the owner out.
    """
    buckets, now = _buckets(account_key(username), address, device), timezone.now()
    for bucket in buckets:  # a refused try writes nothing
        if bucket.row.exclude(bucket.open(now)).exists():
            raise _refusal(bucket, now)
    with transaction.atomic():
        # Every process locks in the same order, the address first: no two processes wait for each other.
        for bucket in reversed(buckets):
            if not _taken(bucket, now):
                raise _refusal(bucket, now)
        return CountedTry(buckets[0].limit - buckets[0].row.values_list("count", flat=True).get(), buckets)


def account_key(username: str) -> str:
    """The key of an account: different spellings of one name give the same key."""
    return username.strip().casefold()


def delete_old_tries(now: datetime, at_most: int) -> int:
    """Deletes rows that are too old to count, and returns how many."""
    old = list(SignInTries.objects.filter(since__lt=now - KEPT).values_list("pk", flat=True)[:at_most])
    SignInTries.objects.filter(pk__in=old, since__lt=now - KEPT).delete()
    return len(old)


def _buckets(account: str, address: str, device: str | None) -> tuple[_Bucket, ...]:
    """The narrowest first."""
    if device:
        return (_Bucket("account", _digest("device", device, account), TRIES),)
    return (
        _Bucket("account", _digest("account at address", address, account), TRIES),
        _Bucket("slowed", _digest("account", account), FREE),
        _Bucket("address", _digest("address", address), TRIES_OF_ADDRESS),
    )


def _digest(*who: str) -> str:
    return salted_hmac("prmonitor.sign-in", "\n".join(who), algorithm="sha256").hexdigest()


def _over(now: datetime) -> Q:
    return Q(since__lte=now - WINDOW)


def _next_one(now: datetime) -> Case:
    """When the next try at an account may come: the more tries there were, the later."""
    waits = [
        When(~_over(now), count=before, then=Value(now + timedelta(seconds=wait)))
        for before, wait in enumerate(WAITS, FREE - 1)
    ]
    longest = When(~_over(now), count__gte=FREE, then=Value(now + timedelta(seconds=WAITS[-1])))
    return Case(*waits, longest, default=Value(now))


def _taken(bucket: _Bucket, now: datetime) -> bool:
    columns = bucket.with_one_more(now)
    if bucket.row.filter(bucket.open(now)).update(**columns):
        return True
    begun = {"count": 1, "since": now, "free_at": now}
    _, created = SignInTries.objects.get_or_create(digest=bucket.digest, defaults=begun)
    # Not created: the bucket is full, or another process made the row just now, and then there may be room.
    return created or bool(bucket.row.filter(bucket.open(now)).update(**columns))


def _refusal(bucket: _Bucket, now: datetime) -> TooManyTries:
    row = bucket.row.first()
    wait = bucket.free_again(row) - now if row else timedelta()
    return TooManyTries(bucket.kind, max(1, ceil(min(wait, WINDOW).total_seconds())))


def _in_words(seconds: int) -> str:
    count, unit = (seconds, "second") if seconds < 60 else (ceil(seconds / 60), "minute")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
