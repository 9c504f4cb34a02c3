"""Asks GitHub whether a login exists and is a person's: when it is entered, and later if GitHub did not answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from monitor.background import schedules
from monitor.background.deadline import Deadline
from monitor.github import rate_limit_budget
from monitor.github.client import GitHubAnswer, GitHubError, LoginOwner
from monitor.github.identities import client_for
from monitor.github.rate_limit_budget import Blocked
from monitor.github.rate_limit_policy import Purpose
from monitor.models import Person
from monitor.polling.looks.status_messages import as_sentence
from monitor.quotas.rate_counter import count

# A user waits for the page meanwhile.
PATIENCE_SECONDS = 5
QUESTIONS_PER_MINUTE = 10
TOO_MANY = "You tried many logins within a minute."
BATCH = 50
AGAIN = timedelta(minutes=1)
# A login that GitHub did not know may be registered later.
UNKNOWN_AGAIN = timedelta(days=1)


class NoSuchPerson(ValueError):
    """GitHub has no account with this login, or the account is no person; the message says which."""


@dataclass(frozen=True, slots=True)
class CheckedLogin:
    """A login as GitHub spells it, and when GitHub said so. With `at` None the login is unchecked; `message` says why."""

    login: str
    at: datetime | None = None
    message: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of `Person` that keep the result."""
        return {
            "github_login": self.login or None,
            "github_login_checked_at": self.at,
            "github_login_message": self.message,
        }


def check(login: str, asker: int) -> CheckedLogin:
    """Asks GitHub about a login on behalf of the user `asker`. Call it outside any transaction. Errors: NoSuchPerson.

    A login that GitHub confirmed before is not checked again. When GitHub does not answer, the login is taken unchecked.
    """
    if not login:
        return CheckedLogin("")
    known = Person.objects.filter(github_login__iexact=login, github_login_message="").first()
    if known is not None and known.github_login_checked_at is not None:
        return CheckedLogin(known.github_login or login, known.github_login_checked_at)
    if login.endswith("[bot]"):
        raise NoSuchPerson(f"“{login}” is a bot on GitHub, not a person")
    if count(f"github-logins-{asker}", 60) > QUESTIONS_PER_MINUTE:
        return CheckedLogin(login, message=TOO_MANY)
    try:
        return _judged(login, _asked([login], within=PATIENCE_SECONDS))
    except GitHubError as error:
        return CheckedLogin(login, message=as_sentence(str(error)))


def check_waiting(deadline: Deadline) -> int:
    """Checks the logins that were never checked, and those that GitHub did not know a day ago; returns how many."""
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
    """Checks an unchecked login in the background. Call it where `person` is saved."""
    if person.github_login_unchecked:
        schedules.run_now(schedules.LOGINS)


def doubt_about(person: Person) -> str:
    """Says that the login could not be checked, and why; empty when it was checked."""
    if not person.github_login_unchecked:
        return ""
    why = person.github_login_message or "GitHub was not asked yet."
    return f"Whether GitHub knows “{person.github_login}” could not be checked: {why} It is checked again by itself."


def _asked(logins: list[str], within: int | None = None) -> GitHubAnswer[LoginOwner]:
    client = client_for(within=within)
    # The check comes after the watched repositories: it must not stop the polling for others.
    return rate_limit_budget.ask(client, Purpose.BACKGROUND, 1, lambda: client.accounts(logins))


def _judged(login: str, answer: GitHubAnswer[LoginOwner]) -> CheckedLogin:
    """What an answer says of one login. Errors: NoSuchPerson."""
    key = login.lower()
    if key in answer.refused:
        return CheckedLogin(login, message=as_sentence(answer.refused[key]))
    found = answer.found.get(key)
    if found is None:
        raise NoSuchPerson(f"GitHub knows no user “{login}”")
    if not found.person:
        raise NoSuchPerson(f"“{login}” is an organization on GitHub, not a person")
    return CheckedLogin(found.login, timezone.now())


def _waiting() -> list[Person]:
    long_ago = timezone.now() - UNKNOWN_AGAIN
    open_ones = Q(github_login_checked_at=None) | (
        ~Q(github_login_message="") & Q(github_login_checked_at__lt=long_ago)
    )
    return list(Person.objects.filter(open_ones, github_login__isnull=False).order_by("pk")[:BATCH])


def _write(row: Person, answer: GitHubAnswer[LoginOwner]) -> None:
    """Saves what GitHub said about the login of a row, unless the login has changed meanwhile."""
    login = row.github_login or ""
    try:
        columns = _judged(login, answer).columns
    except NoSuchPerson as error:
        columns = {"github_login_message": f"{error}."}
    columns["github_login_checked_at"] = timezone.now()
    Person.objects.filter(pk=row.pk, github_login=login).update(**columns)


def _try_again(rows: Iterable[Person], error: GitHubError) -> None:
    """Notes in the rows that GitHub did not answer, and plans the next check."""
    Person.objects.filter(pk__in=[row.pk for row in rows]).update(github_login_message=as_sentence(str(error)))
    schedules.run_no_later_than(schedules.LOGINS, error.until if isinstance(error, Blocked) else timezone.now() + AGAIN)
