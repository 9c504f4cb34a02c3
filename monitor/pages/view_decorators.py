"""Decorators for the views of the pages: who may open a view, with which method, and how a script gets a redirect."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

REDIRECT_HEADER = "X-Go-To"
ViewFunction = Callable[..., HttpResponse]


def form_action(page: Callable[..., str]) -> Callable[[ViewFunction], ViewFunction]:
    """For a view that a form is sent to: only a POST of a signed-in user reaches the view.

    GET leads to the page that has the form. `page` returns the address of that page, from the arguments of the view.
    """

    def decorate(view: ViewFunction) -> ViewFunction:
        @redirect_by_header
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


def redirect_by_header(view: ViewFunction) -> ViewFunction:
    """Answers a script that sends a form with 204 and the address in `X-Go-To`, in place of a redirect.

    A script cannot see a redirect, only follow it. If it did, it would receive the messages about the form, and the
    page that the browser opens next would have none.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        by_script = request.method == "POST" and request.headers.get("X-Requested-With") == "fetch"
        if not (by_script and 300 <= response.status_code < 400):
            return response
        answer = HttpResponse(status=204, headers={REDIRECT_HEADER: response["Location"]})
        answer.cookies = response.cookies
        return answer

    return guarded


def login_required_or_refresh(view: ViewFunction) -> ViewFunction:
    """Like `login_required`, but a script that fetches part of a page is told to load the whole page instead."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request") and not request.user.is_authenticated:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return login_required(view)(request, *args, **kwargs)

    return guarded
