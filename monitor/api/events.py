"""`/events`: what changed in pull requests, in commit order, read with a cursor."""

from django.http import HttpResponse
from ninja import Router

from monitor import queries
from monitor.api import schemas
from monitor.api.authentication import AuthenticatedRequest
from monitor.api.parameters import AfterParameter, LimitParameter, documented_responses
from monitor.api.responses import ALWAYS, dumps, read_response

router = Router(tags=["events"], by_alias=True)


@router.get("", response=documented_responses(200, schemas.EventPage, 410))
def list_events(
    request: AuthenticatedRequest, after: AfterParameter = None, limit: LimitParameter = 100
) -> HttpResponse:
    """The events that the WebSocket would have sent you, oldest first.

    410 `resync` if `after` is ahead of the newest event, or before the oldest one kept: fetch everything again, then
    continue from `details.cursor`.
    """
    found = queries.events_for(request.user, queries.oldest_cursor() if after is None else after, limit)
    items = ",".join(dumps(event.as_json()) for event in found.items)
    page = f'{{"items":[{items}],"cursor":{found.cursor},"has_more":{dumps(found.has_more)}}}'
    return read_response(request, page, until=ALWAYS)
