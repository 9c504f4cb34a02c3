"""Addresses that take a form: what they say to a script that sent it, and to whoever only opens them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

GO_TO = "X-Go-To"
View = Callable[..., HttpResponse]


def takes_form(page: Callable[..., str]) -> Callable[[View], View]:
    """For a view that does something when it is sent a form. Whoever opens its address is led to `page`, which has the form."""

    def decorate(view: View) -> View:
        @tells_scripts
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in {"GET", "HEAD"}:
                return redirect(page(*args, **kwargs))
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

        return guarded

    return decorate


def tells_scripts(view: View) -> View:
    """Tells a script that sent a form where to go, in `X-Go-To`: it could not see a redirect, only follow it.

    What the page there has to say about the form is then still to be said.
    """

    @wraps(view)
    def telling(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        by_script = request.method == "POST" and request.headers.get("X-Requested-With") == "fetch"
        if not (by_script and 300 <= response.status_code < 400):
            return response
        told = HttpResponse(status=204, headers={GO_TO: response["Location"]})
        told.cookies = response.cookies
        return told

    return telling
