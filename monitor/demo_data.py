"""The demo's rows in our database: told apart from real ones, and cleared away when their world has ended.

Each start of the demo GitHub is a new world, and its repositories exist nowhere else.
"""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from monitor import logins, removing, schedules
from monitor.models import (
    Credential,
    EventSequence,
    Heartbeat,
    Person,
    RateLimit,
    Repository,
    Subscription,
    Team,
)

LOGIN = "plover"
_MARK = "demo"
_IDENTITY = f"user:{LOGIN}"  # of the demo's token
_VOUCHER = "the demo"


@dataclass(frozen=True, slots=True)
class Watch:
    """Who watched which repository, and how."""

    user_id: int
    full_name: str
    filters: tuple[str, ...]


def is_demo() -> bool:
    """Whether a demo left something here."""
    return Heartbeat.objects.filter(name=_MARK).exists() or Repository.objects.filter(demo=True).exists()


def holds_real_repositories() -> bool:
    """Whether the database holds repositories of a real GitHub, beside which no demo is shown."""
    return Repository.objects.filter(demo=False).exists()


@transaction.atomic
def clear() -> list[Watch]:
    """Removes what is marked as the demo's, and all that hangs on it, if anything is; returns who watched it."""
    if not is_demo():
        return []
    watches = [
        Watch(row.user_id, row.repository.full_name, tuple(row.filters))
        for row in Subscription.objects.filter(repository__demo=True).select_related("repository")
    ]
    removing.remove(Repository.objects.filter(demo=True))
    Team.objects.filter(demo=True).delete()
    for kept in (RateLimit, Credential):
        kept.objects.filter(identity=_IDENTITY).delete()
    # Events are gone: every older cursor has to start anew.
    EventSequence.objects.update(pruned=F("last"))
    Person.objects.filter(
        Q(github_login_confirmed=False) | Q(github_login_confirmed_by=_VOUCHER), github_login=LOGIN
    ).update(
        github_login=None, github_login_confirmed=False, github_login_confirmed_by="", github_login_confirmed_at=None
    )
    # The next GitHub may know nobody by the logins that this one knew.
    Person.objects.update(github_login_checked_at=None, github_login_message="")
    schedules.wake(schedules.LOGINS)
    Heartbeat.objects.filter(name=_MARK).delete()
    return watches


@transaction.atomic
def begin(first_admin_id: int) -> list[Watch]:
    """Clears the last demo, marks the database as a demo's, and makes the first admin the person whom the demo is about."""
    watches = clear()
    Heartbeat.objects.update_or_create(name=_MARK, defaults={"at": timezone.now()})
    person, _ = Person.objects.get_or_create(user_id=first_admin_id)
    if not person.github_login and not Person.objects.filter(github_login__iexact=LOGIN).exists():
        person.github_login = LOGIN
        person.vouch(_VOUCHER, timezone.now())
        person.save()
        logins.check_soon(person)
    return watches


def watchers_of(full_names: list[str], first_admin_id: int, watches: list[Watch]) -> list[Watch]:
    """Whom to subscribe to what in a new world: the first admin to everything, all others to what they had."""
    others = [watch for watch in watches if watch.user_id != first_admin_id and watch.full_name in full_names]
    users = set(
        get_user_model().objects.filter(pk__in={watch.user_id for watch in others}).values_list("pk", flat=True)
    )
    return [Watch(first_admin_id, name, ("all",)) for name in full_names] + [w for w in others if w.user_id in users]
