"""The REST API put together, and every address of programs: calls, documentation, health, metrics."""

from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.operation import Operation

from monitor import metrics as monitor_metrics
from monitor.api import events, me, pull_requests, repositories, saved_views, status
from monitor.api.document import completed
from monitor.api.documentation import openapi, redoc, swagger
from monitor.api.door import SIGN_IN, takes_known_names
from monitor.api.errors import install
from monitor.views.status import health, live, metrics
from notifications import api as deliveries
from notifications import metrics as notifications_metrics


class Api(NinjaAPI):
    """Names operations by their functions, so that generated clients read well, and documents what the door answers."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]
        """The OpenAPI document."""
        return completed(super().get_openapi_schema(*args, **kwargs))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`list_repositories`, not the module's path before it."""
        return operation.view_func.__name__


_DEMO = "**DEMO: invented people and repositories.** Nothing here comes from GitHub.\n\n" if settings.DEMO else ""

api = Api(
    title="prmonitor – DEMO" if settings.DEMO else "prmonitor",
    version=settings.VERSION,
    description=(
        f"{_DEMO}Whose turn it is, in every repository you watch. Every error has one shape; lists are paged by `limit` and"
        " `offset`; times are UTC. Live updates come over a WebSocket at `/api/v1/ws/me`."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    auth=SIGN_IN,
    servers=[{"url": "/"}],
)
api.add_decorator(takes_known_names, mode="view")
install(api)
api.add_router("/repositories", repositories.router)
api.add_router("/pull-requests", pull_requests.router)
api.add_router("/events", events.router)
api.add_router("/views", saved_views.router)
api.add_router("/me", me.router)
api.add_router("/deliveries", deliveries.router)
api.add_router("/health", status.router)

_described = {"api": api}
_sources = {"sources": (monitor_metrics.families, notifications_metrics.families)}

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health),
    path("health/live", live),
    path("metrics", metrics, _sources),
    path("openapi.json", openapi, _described, name="openapi"),
    path("docs", swagger, _described, name="docs"),
    path("redoc", redoc, _described, name="redoc"),
    path("api/v1/openapi.json", openapi, _described),
    path("api/v1/docs", swagger, _described),
    path("api/v1/redoc", redoc, _described),
    path("api/v1/", api.urls),
]
