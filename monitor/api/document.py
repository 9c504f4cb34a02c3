"""Completes the OpenAPI document: what every call may answer, headers, and parameters that are never null."""

from typing import Any

Node = dict[str, Any]

_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
_TEXT = {"type": "string"}
_SECONDS = {"type": "integer", "minimum": 1}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": _SECONDS}}
_ETAG = {"ETag": {"description": "Send it as `If-None-Match`.", "required": True, "schema": _TEXT}}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer kept; 304 where it still holds.",
    "schema": _TEXT,
}
_WORDS = {
    "304": "Nothing has changed.",
    "400": "`invalid_json`: the body cannot be read.",
    "401": "`not_authenticated`: nobody is signed in.",
    "403": "`csrf_failed`: a browser session writes without `X-CSRFToken`; `forbidden`: it is not for you.",
    "404": "`not_found`, `repository_not_found`: it is not there, or you may not see it.",
    "409": "`conflict`: what is there already stands against it.",
    "410": "`resync`: fetch anew, then go on from `details.cursor`.",
    "413": "`too_large`: the request is too large.",
    "422": "`invalid`: `details` names every value that means nothing here.",
    "429": "`rate_limited`: too many calls.",
    "502": "`github_error`: GitHub refuses us.",
    "503": "`github_unavailable`: GitHub is away, or wants us to wait.",
}
_HEADERS: Node = {
    "401": {"WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}}},
    "429": _RETRY_AFTER,
    "503": _RETRY_AFTER,
}


def completed(document: Node) -> Node:
    """`document` as the framework writes it, completed in place."""
    for calls in document["paths"].values():
        for method, call in calls.items():
            _complete(method, call)
    return document


def _complete(method: str, call: Node) -> None:
    own: Node = {str(status): answer for status, answer in call["responses"].items()}
    every: Node = {status: {"content": _ERROR} for status in _everywhere(method, call)}
    answers: Node = every | own
    parameters = [_parameter(one) for one in call.get("parameters", ())]
    if method == "get" and "security" in call:
        answers["200"] = answers["200"] | {"headers": _ETAG | answers["200"].get("headers", {})}
        answers["304"] = {"headers": _ETAG}
        parameters.append(_IF_NONE_MATCH)
    call["responses"] = {status: _worded(status, answers[status]) for status in sorted(answers)}
    call["parameters"] = parameters
    for media in call.get("requestBody", {}).get("content", {}).values():
        media["schema"] = _one(media["schema"])


def _everywhere(method: str, call: Node) -> set[str]:
    """What the door answers whatever is asked."""
    signed_in = {"401", "429"} if "security" in call else set()
    written = {"403"} if method != "get" else set()
    sent = {"400", "413"} if "requestBody" in call else set()
    return {"422"} | signed_in | written | sent


def _worded(status: str, answer: Node) -> Node:
    if answer.get("content") not in (_ERROR, None):
        return answer
    worded = {"description": _WORDS[status]} if status in _WORDS else {}
    headers = {"headers": _HEADERS[status]} if status in _HEADERS else {}
    return answer | worded | headers


def _parameter(parameter: Node) -> Node:
    """A parameter as OpenAPI has it: never null, for an address cannot say so, and its examples by themselves."""
    examples = parameter.pop("examples", None)
    example = {"example": examples[0]} if examples else {}
    return parameter | {"schema": _one(parameter["schema"])} | example


def _one(schema: Node) -> Node:
    """`schema`; where it is a choice of null and one other, or of one alone, that one."""
    for choice in ("anyOf", "allOf"):
        kinds = [kind for kind in schema.get(choice, ()) if kind != {"type": "null"}]
        if len(kinds) == 1:
            return {**{key: value for key, value in schema.items() if key != choice}, **kinds[0]}
    return schema
