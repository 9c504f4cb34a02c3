"""GitHub is asked about what a form holds before Django begins the transaction in which it checks and saves the form."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest

from monitor.accounts import github_login_lookup
from monitor.accounts.github_login_lookup import CheckedLogin, NoSuchPerson
from monitor.admin.forms import login_in
from monitor.models import Person

Tell = Callable[[str], CheckedLogin]


class AsksFirst:
    """For a `ModelAdmin`: `ask` is called before the transaction, and its answer is the `told` of the form."""

    def ask(self, request: HttpRequest, row: Any) -> Any:
        """Asks GitHub about what was sent for a row; None is one that is to be added."""
        raise NotImplementedError

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Django's own, begun by the question; for those only whom it would let write."""
        if request.method == "POST":
            row = self.get_object(request, unquote(object_id)) if object_id else None  # type: ignore[attr-defined]
            if self._may_write(request, object_id, row):
                request.told = self.ask(request, row)  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, *args, **kwargs)  # type: ignore[misc]

    def _may_write(self, request: HttpRequest, object_id: Any, row: Any) -> bool:
        if object_id is None:
            return bool(self.has_add_permission(request))  # type: ignore[attr-defined]
        return row is not None and bool(self.has_change_permission(request, row))  # type: ignore[attr-defined]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django's own, with what GitHub told."""
        form = super().get_form(request, *args, **kwargs)  # type: ignore[misc]
        return type(form.__name__, (form,), {"told": getattr(request, "told", None)})


class AsksWhoseLogin(AsksFirst):
    """For forms with a `github_login` that `Checked` tells about."""

    def ask(self, request: HttpRequest, row: Any) -> Tell | None:
        """What GitHub says of the login, if it is a new one."""
        login = login_in(request.POST.get("github_login", ""))
        if not login or login == self.login_of(row):
            return None
        try:
            return partial(_said, github_login_lookup.check(login, request.user.pk or 0))
        except NoSuchPerson as error:
            return partial(_refused, error)

    def login_of(self, row: Any) -> str | None:
        """The login that the row has now; a row that is to be added has none."""
        raise NotImplementedError


def say_unchecked(admin: Any, request: HttpRequest, person: Person) -> None:
    """Tells the lead where GitHub could not be asked."""
    if words := github_login_lookup.doubt_about(person):
        admin.message_user(request, words, messages.WARNING)


def _said(checked: CheckedLogin, login: str) -> CheckedLogin:
    return checked


def _refused(error: NoSuchPerson, login: str) -> CheckedLogin:
    raise error
