"""Whether a GitHub login is somebody: GitHub is asked when one is entered, and later where it could not answer then."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from monitor import schedules
from monitor.counting import count
from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.budget import Blocked
from monitor.github.client import Account, Answer, GitHubError
from monitor.github.identities import client_for
from monitor.models import Person
from monitor.polling.deadline import Deadline
from monitor.polling.words import sentence

# Somebody sits before a page and waits.
PATIENCE_SECONDS = 5
QUESTIONS_PER_MINUTE = 10
TOO_MANY = "You tried many logins within a minute."
BATCH = 50
AGAIN = timedelta(minutes=1)
# Who GitHub did not know may come into being.
UNKNOWN_AGAIN = timedelta(days=1)


class NoSuchPerson(ValueError):
    """GitHub knows nobody by this login, or not a person; the message says which."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A login as GitHub spells it, and when it said so; as it was typed where `at` is None: then `message` says why."""

    login: str
    at: datetime | None = None
    message: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """What is kept of it with a `Person`."""
        return {
            "github_login": self.login or None,
            "github_login_checked_at": self.at,
            "github_login_message": self.message,
        }


def check(login: str, asker: int) -> Checked:
    """Asks GitHub about a login on behalf of the user `asker`. Call it outside any transaction. Errors: NoSuchPerson.

    A login that GitHub knew before is not asked for again. Where GitHub cannot be asked, the login holds as it is.
    """
    if not login:
        return Checked("")
    known = Person.objects.filter(github_login__iexact=login, github_login_message="").first()
    if known is not None and known.github_login_checked_at is not None:
        return Checked(known.github_login or login, known.github_login_checked_at)
    if login.endswith("[bot]"):
        raise NoSuchPerson(f"“{login}” is a bot on GitHub, not a person")
    if count(f"github-logins-{asker}", 60) > QUESTIONS_PER_MINUTE:
        return Checked(login, message=TOO_MANY)
    try:
        return _judged(login, _asked([login], within=PATIENCE_SECONDS))
    except GitHubError as error:
        return Checked(login, message=sentence(str(error)))


def check_waiting(deadline: Deadline) -> int:
    """Asks GitHub about the logins that it was not asked about, or did not know a day ago; how many."""
    checked = 0
    while not deadline.over and (waiting := _waiting()):
        try:
            answer = _asked([row.github_login or "" for row in waiting])
        except GitHubError as error:
            _try_again(waiting, error)
            break
        for row in waiting:
            _write(row, answer)
        checked += len(waiting)
    return checked


def check_soon(person: Person) -> None:
    """Has the login checked in the background if it was not; belongs where `person` is saved."""
    if person.github_login_unchecked:
        schedules.wake(schedules.LOGINS)


def doubt_about(person: Person) -> str:
    """That GitHub could not be asked about the login, in words; empty where there is nothing to say."""
    if not person.github_login_unchecked:
        return ""
    why = person.github_login_message or "GitHub was not asked yet."
    return f"Whether GitHub knows “{person.github_login}” could not be checked: {why} It is checked again by itself."


def _asked(logins: list[str], within: int | None = None) -> Answer[Account]:
    client = client_for(within=within)
    # After what is watched: nobody's profile stops the looking for everybody.
    return budget.ask(client.identity, Purpose.SWEEP, 1, lambda: client.accounts(logins))


def _judged(login: str, answer: Answer[Account]) -> Checked:
    """What an answer says of one login. Errors: NoSuchPerson."""
    key = login.lower()
    if key in answer.refused:
        return Checked(login, message=sentence(answer.refused[key]))
    found = answer.found.get(key)
    if found is None:
        raise NoSuchPerson(f"GitHub knows no user “{login}”")
    if not found.person:
        raise NoSuchPerson(f"“{login}” is an organization on GitHub, not a person")
    return Checked(found.login, timezone.now())


def _waiting() -> list[Person]:
    long_ago = timezone.now() - UNKNOWN_AGAIN
    open_ones = Q(github_login_checked_at=None) | (
        ~Q(github_login_message="") & Q(github_login_checked_at__lt=long_ago)
    )
    return list(Person.objects.filter(open_ones, github_login__isnull=False).order_by("pk")[:BATCH])


def _write(row: Person, answer: Answer[Account]) -> None:
    """Keeps what GitHub said of one row's login, unless the row has another one by now."""
    login = row.github_login or ""
    try:
        columns = _judged(login, answer).columns
    except NoSuchPerson as error:
        columns = {"github_login_message": f"{error}."}
    columns["github_login_checked_at"] = timezone.now()
    Person.objects.filter(pk=row.pk, github_login=login).update(**columns)


def _try_again(rows: Iterable[Person], error: GitHubError) -> None:
    """GitHub is away: the rows say so, and it is asked again when it may be back."""
    Person.objects.filter(pk__in=[row.pk for row in rows]).update(github_login_message=sentence(str(error)))
    schedules.rearm(schedules.LOGINS, error.until if isinstance(error, Blocked) else timezone.now() + AGAIN)
