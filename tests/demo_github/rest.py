"""The lists that a naive poller reads over REST: pull requests, and the reviews of each."""

from __future__ import annotations

from monitor.demo.server.http import Response
from monitor.demo.server.rest.call import Call
from monitor.demo.server.rest.pagination import paginated
from monitor.demo.server.rest.routes import NAME, route
from tests.demo_github import payloads


def pulls(call: Call) -> Response:
    repository = call.visible(*call.parts)
    if repository is None:
        return Response.error(404, "Not Found")
    state = call.request.argument("state", "open")
    kept = [
        pull
        for pull in reversed(repository.pulls.values())
        if state == "all" or (pull.state == "OPEN") == (state == "open")
    ]
    return Response.json([payloads.pull_request(call.services.world, pull) for pull in paginated(call.request, kept)])


def reviews(call: Call) -> Response:
    owner, name, number = call.parts
    repository = call.visible(owner, name)
    pull = repository.pulls.get(int(number)) if repository else None
    if pull is None:
        return Response.error(404, "Not Found")
    page = paginated(call.request, pull.reviews)
    return Response.json([payloads.review(call.services.world, one) for one in page])


LISTS = (
    route("GET", f"/repos/{NAME}/{NAME}/pulls", pulls),
    route("GET", rf"/repos/{NAME}/{NAME}/pulls/(\d+)/reviews", reviews),
)
