"""`/events`: what changed, in commit order, by cursor."""

from django.http import HttpResponse
from ninja import Router

from monitor import queries, schemas
from monitor.api.answers import dumps, read
from monitor.api.door import Call
from monitor.api.parameters import After, Limit, answers

router = Router(tags=["events"], by_alias=True)


@router.get("", response=answers(200, schemas.EventPage, 410))
def list_events(request: Call, after: After = None, limit: Limit = 100) -> HttpResponse:
    """The events I would have been sent on the socket, oldest first.

    410 `resync` when `after` is ahead of the newest event or older than what is kept: fetch anew, go on from
    `details.cursor`.
    """
    found = queries.events_for(request.user, queries.oldest_cursor() if after is None else after, limit)
    items = ",".join(dumps(event.as_json()) for event in found.items)
    return read(request, f'{{"items":[{items}],"cursor":{found.cursor},"has_more":{dumps(found.has_more)}}}')
