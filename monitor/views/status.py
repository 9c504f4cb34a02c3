"""`/health`, `/health/live` and `/metrics`: for load balancers and for Prometheus."""

import secrets
from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import Metric

from monitor.authentication import bearer_in
from monitor.health import health as look
from monitor.metrics import CONTENT_TYPE, exposition

Source = Callable[[], Sequence[Metric]]


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200, or 503 when the database or the worker is failing."""
    found = look()
    return JsonResponse(found.as_json(), status=200 if found.serving else 503)


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Always 200: the process answers."""
    return JsonResponse({"status": "ok", "version": settings.VERSION})


@never_cache
@require_safe
def metrics(request: HttpRequest, sources: Sequence[Source]) -> HttpResponse:
    """Prometheus' text format, for those who know METRICS_TOKEN; for everybody else there is nothing here."""
    token = bearer_in(request.headers.get("Authorization", "")) or ""
    if not settings.METRICS_TOKEN or not secrets.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    return HttpResponse(exposition(family for source in sources for family in source()), content_type=CONTENT_TYPE)
