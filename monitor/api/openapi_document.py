"""Completes the OpenAPI document of django-ninja: common responses, headers, and parameters that are never null."""

from typing import Any

JsonObject = dict[str, Any]

_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
_TEXT = {"type": "string"}
_SECONDS = {"type": "integer", "minimum": 1}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": _SECONDS}}
_ETAG = {"ETag": {"description": "Send it as `If-None-Match`.", "required": True, "schema": _TEXT}}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of a stored response; 304 if the response has not changed.",
    "schema": _TEXT,
}
_DESCRIPTIONS = {
    "304": "The response has not changed.",
    "400": "`invalid_json`: the body cannot be read.",
    "401": "`not_authenticated`: nobody is signed in.",
    "403": "`csrf_failed`: a browser session writes without `X-CSRFToken`; `forbidden`: you may not do this.",
    "404": "`not_found`, `repository_not_found`: it does not exist, or you may not see it.",
    "409": "`conflict`: the change contradicts existing data.",
    "410": "`resync`: fetch everything again, then continue from `details.cursor`.",
    "413": "`too_large`: the request is too large.",
    "422": "`invalid`: `details` names every invalid value.",
    "429": "`rate_limited`: too many requests.",
    "502": "`github_error`: GitHub refused the request.",
    "503": (
        "`unavailable`: the database has no free connection;"
        " `github_unavailable`: GitHub does not answer, or asks prmonitor to wait."
    ),
}
_HEADERS: JsonObject = {
    "401": {"WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}}},
    "429": _RETRY_AFTER,
    "503": _RETRY_AFTER,
}


def complete_document(document: JsonObject) -> JsonObject:
    """Completes `document`, as django-ninja writes it, in place."""
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _complete_operation(method, operation)
    return document


def _complete_operation(method: str, operation: JsonObject) -> None:
    own: JsonObject = {str(status): answer for status, answer in operation["responses"].items()}
    every: JsonObject = {status: {"content": _ERROR} for status in _common_statuses(method, operation)}
    responses: JsonObject = every | own
    parameters = [_complete_parameter(one) for one in operation.get("parameters", ())]
    if method == "get" and "security" in operation:
        responses["200"] = responses["200"] | {"headers": _ETAG | responses["200"].get("headers", {})}
        responses["304"] = {"headers": _ETAG}
        parameters.append(_IF_NONE_MATCH)
    operation["responses"] = {status: _described(status, responses[status]) for status in sorted(responses)}
    operation["parameters"] = parameters
    for media in operation.get("requestBody", {}).get("content", {}).values():
        media["schema"] = _without_null(media["schema"])


def _common_statuses(method: str, operation: JsonObject) -> set[str]:
    """The statuses that every operation of this kind may answer with."""
    signed_in = {"401", "429", "503"} if "security" in operation else set()
    writes = {"403"} if method != "get" else set()
    has_body = {"400", "413"} if "requestBody" in operation else set()
    return {"422"} | signed_in | writes | has_body


def _described(status: str, answer: JsonObject) -> JsonObject:
    if answer.get("content") not in (_ERROR, None):
        return answer
    worded = {"description": _DESCRIPTIONS[status]} if status in _DESCRIPTIONS else {}
    headers = {"headers": _HEADERS[status]} if status in _HEADERS else {}
    return answer | worded | headers


def _complete_parameter(parameter: JsonObject) -> JsonObject:
    """A parameter without null, which an address cannot express, and with its example where OpenAPI expects it."""
    examples = parameter.pop("examples", None)
    example = {"example": examples[0]} if examples else {}
    return parameter | {"schema": _without_null(parameter["schema"])} | example


def _without_null(schema: JsonObject) -> JsonObject:
    """`schema`; if it is a choice between null and one other schema, or of one schema alone, that schema."""
    for choice in ("anyOf", "allOf"):
        kinds = [kind for kind in schema.get(choice, ()) if kind != {"type": "null"}]
        if len(kinds) == 1:
            return {**{key: value for key, value in schema.items() if key != choice}, **kinds[0]}
    return schema
