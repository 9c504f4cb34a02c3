"""One entry of the `errors` of a GraphQL answer, and what kinds of trouble there are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_UNKNOWN_FIELD = re.compile(r"field ['\"](\w+)['\"] (?:doesn.t exist )?on type ['\"](\w+)['\"]", re.IGNORECASE)
_TIMED_OUT = ("something went wrong while executing", "timeout", "timed out", "couldn't respond", "couldn’t respond")
_REFUSALS = {"ARGUMENT_LIMIT", "BAD_USER_INPUT", "EXCESSIVE_PAGINATION", "INVALID_PAGINATION", "UNPROCESSABLE"}
_REFUSALS |= {"MAX_NODE_LIMIT_EXCEEDED", "MISSING_PAGINATION_BOUNDARIES"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What GitHub complains about; `path` leads into the data, and is empty when the whole query is meant."""

    type: str
    message: str
    path: tuple[str | int, ...] = ()
    saml: bool = False
    static: bool = False

    @property
    def primary_limit(self) -> bool:
        # Both spellings are seen, and the remaining points beside them are not always 0.
        return self.type in {"RATE_LIMITED", "RATE_LIMIT"} and not self.secondary_limit

    @property
    def secondary_limit(self) -> bool:
        return self._vague and is_secondary(self.message)

    @property
    def overload(self) -> bool:
        text = self.message.lower()
        return self.type == "RESOURCE_LIMITS_EXCEEDED" or (self._vague and any(words in text for words in _TIMED_OUT))

    @property
    def _vague(self) -> bool:
        """Only the words can tell what it is; in the messages of the other kinds stand names people chose."""
        return not (self.missing or self.forbidden or self.refusal)

    @property
    def missing(self) -> bool:
        return self.type == "NOT_FOUND"

    @property
    def forbidden(self) -> bool:
        return self.type in {"FORBIDDEN", "INSUFFICIENT_SCOPES"} or self.saml

    @property
    def refusal(self) -> bool:
        return self.type in _REFUSALS or self.static

    @property
    def unknown_field(self) -> tuple[str, str] | None:
        """The (type, field) a schema does not have, as GitHub and other servers phrase it."""
        found = _UNKNOWN_FIELD.search(self.message)
        return (found[2], found[1]) if found else None

    @property
    def words(self) -> str:
        """A sentence for people."""
        if self.saml:
            return "The organization wants single sign-on: authorize the token for it on GitHub."
        return self.message or self.type or "GitHub gave no reason."


def is_secondary(message: str) -> bool:
    """Whether GitHub says that we were too fast, rather than that the hour's points are spent."""
    text = message.lower()
    return "secondary rate limit" in text or "abuse detection" in text or text.endswith("before you try again.")


def problems_in(entries: object) -> tuple[Problem, ...]:
    """The problems in an `errors` list, whatever shape its entries have."""
    if not isinstance(entries, list):
        return ()
    return tuple(_problem(entry if isinstance(entry, dict) else {"message": str(entry)}) for entry in entries)


def _problem(entry: dict[str, Any]) -> Problem:
    raw = entry.get("path")
    path = tuple(part for part in raw if isinstance(part, str | int)) if isinstance(raw, list) else ()
    extensions = entry.get("extensions")
    extensions = extensions if isinstance(extensions, dict) else {}
    # Complaints about the query's text carry a code or a place in it, and a path through the text, not the data.
    static = bool(extensions.get("code")) or (bool(entry.get("locations")) and not path and not entry.get("type"))
    return Problem(
        type=str(entry.get("type") or ""),
        message=str(entry.get("message") or ""),
        path=() if static else path,
        saml=bool(extensions.get("saml_failure")),
        static=static,
    )


def first(problems: Iterable[Problem], kind: str) -> Problem | None:
    """The first problem of a kind (the name of one of the properties above)."""
    return next((problem for problem in problems if getattr(problem, kind)), None)
