"""Marks the database as a demo's, and deletes the rows of an earlier demo.

Each start of the demo GitHub makes new repositories, so the rows of an earlier start refer to nothing.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from monitor.accounts import github_login_lookup
from monitor.actions import removal
from monitor.background import schedules
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
_CONFIRMED_BY = "the demo"
AWAY = "wren"  # a colleague of the first admin's who is away
_AWAY_NOTE = "Hiking, says the demo"
_AWAY_FOR = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Watch:
    """A subscription to restore: who watched which repository, with which filters."""

    user_id: int
    full_name: str
    filters: tuple[str, ...]


def is_demo() -> bool:
    """Whether the database holds rows of a demo."""
    return Heartbeat.objects.filter(name=_MARK).exists() or Repository.objects.filter(demo=True).exists()


def holds_real_repositories() -> bool:
    """Whether the database holds repositories of a real GitHub; a demo does not start in such a database."""
    return Repository.objects.filter(demo=False).exists()


@transaction.atomic
def clear_demo() -> list[Watch]:
    """Deletes the demo's rows and all rows that refer to them; returns who watched the demo's repositories."""
    if not is_demo():
        return []
    watches = [
        Watch(row.user_id, row.repository.full_name, tuple(row.filters))
        for row in Subscription.objects.filter(repository__demo=True).select_related("repository")
    ]
    removal.remove(Repository.objects.filter(demo=True))
    Team.objects.filter(demo=True).delete()
    for kept in (RateLimit, Credential):
        kept.objects.filter(identity=_IDENTITY).delete()
    # The events are deleted: a reader with an older cursor must start anew.
    EventSequence.objects.update(pruned=F("last"))
    Person.objects.filter(
        Q(github_login_confirmed=False) | Q(github_login_confirmed_by=_CONFIRMED_BY), github_login=LOGIN
    ).update(
        github_login=None, github_login_confirmed=False, github_login_confirmed_by="", github_login_confirmed_at=None
    )
    Person.objects.filter(user=None, github_login=AWAY, away_note=_AWAY_NOTE).delete()
    # The next GitHub may not know the logins that the demo's GitHub knew.
    Person.objects.update(github_login_checked_at=None, github_login_message="")
    schedules.run_now(schedules.LOGINS)
    Heartbeat.objects.filter(name=_MARK).delete()
    return watches


@transaction.atomic
def start_demo(first_admin_id: int) -> list[Watch]:
    """Deletes an earlier demo, marks the database as a demo's, and gives the first admin the login `LOGIN`.

    Returns who watched the repositories of the earlier demo.
    """
    watches = clear_demo()
    Heartbeat.objects.update_or_create(name=_MARK, defaults={"at": timezone.now()})
    person, _ = Person.objects.get_or_create(user_id=first_admin_id)
    if not person.github_login and not Person.objects.filter(github_login__iexact=LOGIN).exists():
        person.github_login = LOGIN
        person.confirm_login(_CONFIRMED_BY, timezone.now())
        person.save()
        github_login_lookup.check_soon(person)
    if not Person.objects.filter(github_login__iexact=AWAY).exists():
        now = timezone.now()
        Person.objects.create(github_login=AWAY, away_from=now, away_until=now + _AWAY_FOR, away_note=_AWAY_NOTE)
    return watches


def watches_for(full_names: list[str], first_admin_id: int, watches: list[Watch]) -> list[Watch]:
    """Whom to subscribe to which of the new repositories: the first admin to all, others to those they watched."""
    others = [watch for watch in watches if watch.user_id != first_admin_id and watch.full_name in full_names]
    users = set(
        get_user_model().objects.filter(pk__in={watch.user_id for watch in others}).values_list("pk", flat=True)
    )
    return [Watch(first_admin_id, name, ("all",)) for name in full_names] + [w for w in others if w.user_id in users]
