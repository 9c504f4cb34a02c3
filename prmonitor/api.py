"""Builds the REST API from its routers, and routes the addresses for programs: API, documentation, health, metrics."""

from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.operation import Operation

from monitor.api import events, health, me, pull_requests, repositories, saved_views
from monitor.api.authentication import AUTHENTICATION
from monitor.api.documentation_pages import openapi, redoc, swagger
from monitor.api.errors import add_error_handlers
from monitor.api.openapi_document import complete_document
from monitor.api.unknown_parameters import refuse_unknown_parameters
from monitor.operations import metrics as monitor_metrics
from notifications.api import deliveries, why
from notifications.operations import metrics as notifications_metrics


class Api(NinjaAPI):
    """The API. Its OpenAPI document names operations by their functions, and has the responses common to all."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]
        """The OpenAPI document."""
        return complete_document(super().get_openapi_schema(*args, **kwargs))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the function, without its module, as generated clients use it in their own names."""
        return operation.view_func.__name__


_DEMO = "**DEMO: invented people and repositories.** Nothing here comes from GitHub.\n\n" if settings.DEMO else ""

api = Api(
    title="prmonitor – DEMO" if settings.DEMO else "prmonitor",
    version=settings.VERSION,
    description=(
        f"{_DEMO}Whose turn it is, in every repository you watch. Every error has one shape; lists are paged by `limit` and"
        " `offset`; times are UTC. A repository's former names answer 308. Live updates come over a WebSocket at `/api/v1/ws/me`."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    auth=AUTHENTICATION,
    servers=[{"url": "/"}],
)
api.add_decorator(refuse_unknown_parameters, mode="view")
add_error_handlers(api)
api.add_router("/repositories", repositories.router)
api.add_router("/pull-requests", pull_requests.router)
api.add_router("/events", events.router)
api.add_router("/views", saved_views.router)
api.add_router("/me", me.router)
api.add_router("/deliveries", deliveries.router)
api.add_router("/why", why.router)
api.add_router("/health", health.router)

_documentation = {"api": api}
_sources = {"sources": (monitor_metrics.families, notifications_metrics.families)}

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.health),
    path("health/live", health.live),
    path("metrics", health.metrics, _sources),
    path("openapi.json", openapi, _documentation, name="openapi"),
    path("docs", swagger, _documentation, name="docs"),
    path("redoc", redoc, _documentation, name="redoc"),
    path("api/v1/openapi.json", openapi, _documentation),
    path("api/v1/docs", swagger, _documentation),
    path("api/v1/redoc", redoc, _documentation),
    path("api/v1/", api.urls),
]
