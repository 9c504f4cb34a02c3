"""Texts that have to be spelt in one way, or be one of those that are known."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class Spelt:
    """A text that `pattern` matches as a whole. The document shows the pattern; another text is told `otherwise`.

    The pattern means the same in Python, JavaScript and Rust: no `\\s`, no `\\w`, no `.`; no `|` outside of brackets.
    """

    pattern: str
    otherwise: str

    def check(self, text: str) -> str:
        """`text` itself. Errors: ValueError."""
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.otherwise)
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"pattern": f"^{self.pattern}$"}


def one_of(known: Callable[[], Any], otherwise: str) -> Callable[[str], str]:
    """A check that takes the empty text and what is in `known()`, and tells others `otherwise`."""

    def check(text: str) -> str:
        if text and text not in known():
            raise ValueError(otherwise)
        return text

    return check


HOURS_AND_MINUTES = Spelt(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", "takes hours and minutes, like 09:00")
