"""REST about a repository: itself under old and new names, its pull requests, their reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.demo import payloads
from monitor.demo.credentials import Credential
from monitor.demo.exchange import Answer, Request

if TYPE_CHECKING:
    from monitor.demo.rest_door import RestDoor


def repository(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    home = door.visible(credential, *parts)
    if home is None:
        return Answer.error(404, "Not Found")
    if home.name_with_owner.lower() != "/".join(parts).lower():
        url = f"{door.world.web_url}/repositories/{home.database_id}"
        return Answer.json({"message": "Moved Permanently", "url": url}, 301, {"Location": url})
    return Answer.json(payloads.repository(door.world, home))


def repository_by_id(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    number = int(parts[0])
    home = next((one for one in door.world.repositories.values() if one.database_id == number), None)
    if home is None or not (credential and credential.sees(home)):
        return Answer.error(404, "Not Found")
    return Answer.json(payloads.repository(door.world, home))


def pulls(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    home = door.visible(credential, *parts)
    if home is None:
        return Answer.error(404, "Not Found")
    state = request.argument("state", "open")
    kept = [p for p in reversed(home.pulls.values()) if state == "all" or (p.state == "OPEN") == (state == "open")]
    return Answer.json([payloads.pull_request(door.world, pull) for pull in page_of(request, kept)])


def reviews(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    home = door.visible(credential, parts[0], parts[1])
    pull = home.pulls.get(int(parts[2])) if home else None
    if pull is None:
        return Answer.error(404, "Not Found")
    return Answer.json([payloads.review(door.world, pull, one) for one in page_of(request, pull.reviews)])


def page_of(request: Request, rows: list[Any]) -> list[Any]:
    size, number = min(100, int(request.argument("per_page", "30"))), int(request.argument("page", "1"))
    return rows[(number - 1) * size : number * size]
