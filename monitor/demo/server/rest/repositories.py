"""REST about a repository, under old and new names and by its number."""

from __future__ import annotations

import base64

from monitor.demo.server.http import Response
from monitor.demo.server.rest import payloads
from monitor.demo.server.rest.call import Call


def repository(call: Call) -> Response:
    world, found = call.services.world, call.visible(*call.parts)
    if found is None:
        return Response.error(404, "Not Found")
    if found.name_with_owner.lower() != "/".join(call.parts).lower():
        url = f"{world.web_url}/repositories/{found.database_id}"
        return Response.json({"message": "Moved Permanently", "url": url}, 301, {"Location": url})
    return Response.json(payloads.repository(world, found))


def repository_by_id(call: Call) -> Response:
    world, number = call.services.world, int(call.parts[0])
    found = next((one for one in world.repositories.values() if one.database_id == number), None)
    if found is None or not (call.credential and call.credential.sees(found)):
        return Response.error(404, "Not Found")
    return Response.json(payloads.repository(world, found))


def blob(call: Call) -> Response:
    """A Git blob in base64, broken into lines as GitHub does."""
    owner, name, oid = call.parts
    found = call.visible(owner, name)
    files = (file for branch in found.branches.values() for file in branch.values()) if found else ()
    file = next((file for file in files if file.oid == oid), None)
    if file is None:
        return Response.error(404, "Not Found")
    content = base64.encodebytes(file.text.encode()).decode()
    return Response.json({"sha": oid, "size": len(file.text.encode()), "content": content, "encoding": "base64"})
