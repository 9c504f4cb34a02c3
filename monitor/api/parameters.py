"""The parameters that several operations share, and helpers to document their responses."""

from typing import Annotated, Any

from ninja import Path, Query
from pydantic import BaseModel, Field

from monitor.api import schemas

LimitParameter = Annotated[
    int, Field(ge=1, le=500), schemas.DecimalDigits, Query(100, description="The largest number of items to return.")
]
OffsetParameter = Annotated[
    int, Field(ge=0, le=2_147_483_647), schemas.DecimalDigits, Query(0, description="How many items to skip.")
]
AfterParameter = Annotated[
    int | None,
    Field(ge=0, le=9_223_372_036_854_775_807, json_schema_extra={"format": "int64"}),
    schemas.DecimalDigits,
    Query(
        None, description="The `cursor` of the last response; without it, the events begin with the oldest one kept."
    ),
]
SearchParameter = Annotated[
    schemas.SearchText,
    Query("", description="A search, like `is:open author:@me label:bug`.", example="is:open turn:me"),
]
StateParameter = Annotated[
    schemas.StateFilter | None,
    Query(None, description="The state of the pull requests; `open` unless this or `q` says otherwise."),
]
OwnerParameter = Annotated[str, Path(description="The repository's owner.", example="octo-org")]
NameParameter = Annotated[
    str,
    Path(
        description="The repository's name. The path may also have `owner%2Fname` as one segment.", example="octo-repo"
    ),
]
# The limits are only documented. A number that no pull request can have answers 404, like one that no pull request has.
NumberParameter = Annotated[
    int,
    Field(json_schema_extra={"minimum": 1, "maximum": 2_147_483_647}),
    schemas.DecimalDigits,
    Path(description="The pull request's number.", example=42),
]


def documented_responses(status: int, model: type[BaseModel] | None, *errors: int) -> dict[int, Any]:
    """The responses of an operation, for the OpenAPI document only; `openapi_document` adds the common ones."""
    return {status: model} | dict.fromkeys(errors, schemas.Error)


def documented_header(name: str, description: str) -> dict[str, Any]:
    """A header that a response 200 may have, for the OpenAPI document only."""
    return {"responses": {200: {"headers": {name: {"description": description, "schema": {"type": "string"}}}}}}
