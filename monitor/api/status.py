"""`/health` below `/api/v1`, so that it is documented beside the calls."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from monitor import schemas
from monitor.views import status

router = Router(tags=["status"], by_alias=True)


@router.get("", auth=None, response={200: schemas.Health, 503: schemas.Health})
def get_health(request: HttpRequest) -> HttpResponse:
    """Whether everything works; 503 only when the database or the worker fails. No sign-in."""
    return status.health(request)
