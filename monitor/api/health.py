"""`/health` and `/health/live` for load balancers, `/api/v1/health` for API clients, `/metrics` for Prometheus."""

import json
import secrets
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from ninja import Router
from prometheus_client import Metric

from monitor.accounts.bearer_tokens import bearer_in
from monitor.api import schemas
from monitor.database.pool import leave_pool
from monitor.operations.health import current_health
from monitor.operations.metrics import CONTENT_TYPE, exposition

MetricSource = Callable[[], Sequence[Metric]]
router = Router(tags=["status"], by_alias=True)
_LIVE = json.dumps({"status": "ok", "version": settings.VERSION}).encode()
_LIVE_HEADERS = {
    "Content-Type": "application/json",
    "Content-Length": str(len(_LIVE)),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The state of all parts as JSON: 503 if the database or the worker fails, else 200."""
    leave_pool()  # of the one thread that answers these addresses, see prmonitor/asgi.py
    found = current_health()
    return JsonResponse(found.as_json(), status=200 if found.serving else 503)


@router.get("", auth=None, response={200: schemas.Health, 503: schemas.Health})
def get_health(request: HttpRequest) -> HttpResponse:
    """Whether everything works. 503 only if the database or the worker fails. Needs no sign-in."""
    return health(request)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Always 200: this process answers."""
    return HttpResponse(_LIVE, headers=_LIVE_HEADERS)


class LiveFirst:
    """ASGI middleware: answers `/health/live` in the event loop, so that no crowd of other requests delays the answer."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self._application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/health/live" or scope["method"] not in ("GET", "HEAD"):
            await self._application(scope, receive, send)
            return
        headers = [(name.encode(), value.encode()) for name, value in _LIVE_HEADERS.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": _LIVE if scope["method"] == "GET" else b""})


@never_cache
@require_safe
def metrics(request: HttpRequest, sources: Sequence[MetricSource]) -> HttpResponse:
    """All metrics in Prometheus' text format. 404 unless the request has METRICS_TOKEN as its bearer token."""
    token = bearer_in(request.headers.get("Authorization", "")) or ""
    if not settings.METRICS_TOKEN or not secrets.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    return HttpResponse(exposition(family for source in sources for family in source()), content_type=CONTENT_TYPE)
