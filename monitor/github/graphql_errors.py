"""Reads the `errors` list of a GraphQL response, and tells which kind of error each entry is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_UNKNOWN_FIELD = re.compile(r"field ['\"](\w+)['\"] (?:doesn.t exist )?on type ['\"](\w+)['\"]", re.IGNORECASE)
_UNKNOWN_TYPE = re.compile(r"(?:no such type|unknown type|fragment on) ['\"]?(\w+)", re.IGNORECASE)
_TIMED_OUT = ("something went wrong while executing", "timeout", "timed out", "couldn't respond", "couldn’t respond")
_REFUSALS = {"ARGUMENT_LIMIT", "BAD_USER_INPUT", "EXCESSIVE_PAGINATION", "INVALID_PAGINATION", "UNPROCESSABLE"}
_REFUSALS |= {"MAX_NODE_LIMIT_EXCEEDED", "MISSING_PAGINATION_BOUNDARIES"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of the `errors` list.

    `path` leads to the part of the data that the entry is about; it is empty if the entry is about the whole query.
    `static`: the entry is about the text of the query. `saml`: the organization requires single sign-on.
    """

    type: str
    message: str
    path: tuple[str | int, ...] = ()
    saml: bool = False
    static: bool = False

    @property
    def primary_limit(self) -> bool:
        # GitHub uses both spellings, and the remaining points that it reports with them are not always 0.
        return self.type in {"RATE_LIMITED", "RATE_LIMIT"} and not self.secondary_limit

    @property
    def secondary_limit(self) -> bool:
        return self._vague and is_secondary_limit(self.message)

    @property
    def overload(self) -> bool:
        text = self.message.lower()
        return self.type == "RESOURCE_LIMITS_EXCEEDED" or (self._vague and any(words in text for words in _TIMED_OUT))

    @property
    def _vague(self) -> bool:
        """Whether only the message tells the kind. Messages of the other kinds may contain names that people chose."""
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
        """The (type, field) that the schema lacks; GitHub and other servers phrase this differently."""
        found = _UNKNOWN_FIELD.search(self.message)
        return (found[2], found[1]) if found else None

    @property
    def unknown_type(self) -> str | None:
        """The type that the schema lacks, so that no fragment can be on it."""
        found = _UNKNOWN_TYPE.search(self.message) if self.static else None
        return found[1] if found else None

    @property
    def words(self) -> str:
        """The problem as a sentence for people."""
        if self.saml:
            return "The organization wants single sign-on: authorize the token for it on GitHub."
        return self.message or self.type or "GitHub gave no reason."


def is_secondary_limit(message: str) -> bool:
    """Whether a message means the secondary limit (queries too fast), not the primary one (the hour's points spent)."""
    text = message.lower()
    return "secondary rate limit" in text or "abuse detection" in text or text.endswith("before you try again.")


def problems_in(entries: object) -> tuple[Problem, ...]:
    """The problems in an `errors` list; the entries may have any shape."""
    if not isinstance(entries, list):
        return ()
    return tuple(_problem(entry if isinstance(entry, dict) else {"message": str(entry)}) for entry in entries)


def _problem(entry: dict[str, Any]) -> Problem:
    raw = entry.get("path")
    path = tuple(part for part in raw if isinstance(part, str | int)) if isinstance(raw, list) else ()
    extensions = entry.get("extensions")
    extensions = extensions if isinstance(extensions, dict) else {}
    # An entry about the query's text has a code or a location, and its path leads through the text, not the data.
    static = bool(extensions.get("code")) or (bool(entry.get("locations")) and not path and not entry.get("type"))
    return Problem(
        type=str(entry.get("type") or ""),
        message=str(entry.get("message") or ""),
        path=() if static else path,
        saml=bool(extensions.get("saml_failure")),
        static=static,
    )


def first_of_kind(problems: Iterable[Problem], kind: str) -> Problem | None:
    """The first problem of a kind. `kind` is the name of one of the properties of `Problem`."""
    return next((problem for problem in problems if getattr(problem, kind)), None)
