"""Refuses calls with query parameters that the operation does not have, so that a misspelt parameter is noticed."""

import difflib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation

from monitor.api.errors import invalid

Run = Callable[..., HttpResponse]


def refuse_unknown_parameters(run: Run) -> Run:
    """Wraps the `run` of an operation: 422 for a query parameter that it does not have, after 401, 403 and 429.

    `extra="forbid"` cannot do this, because django-ninja passes a model only the parameters that the model has.
    """
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    known = _query_names(operation)

    @wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            _refuse_unknown(request, known)
        except Exception as error:
            # The sign-in check comes first, so that a caller who is not signed in learns no parameter names.
            return operation._run_checks(request) or operation.api.on_exception(request, error)
        return run(request, **path)

    return answer


def _query_names(operation: Operation) -> list[str]:
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return sorted(name for model in models for name in model.__ninja_flatten_map__)


def _refuse_unknown(request: HttpRequest, known: list[str]) -> None:
    for name in request.GET:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; it takes {', '.join(known) or 'none'}"
            raise invalid(name[:100], f"unknown query parameter{hint}")
