"""The parameters calls share, and which answers a call documents."""

from typing import Annotated, Any

from ninja import Path, Query
from pydantic import BaseModel, Field

from monitor import schemas

Limit = Annotated[int, Field(ge=1, le=500), schemas.Written, Query(100, description="How many at most.")]
Offset = Annotated[
    int, Field(ge=0, le=2_147_483_647), schemas.Written, Query(0, description="How many to leave out first.")
]
After = Annotated[
    int | None,
    Field(ge=0, le=9_223_372_036_854_775_807, json_schema_extra={"format": "int64"}),
    schemas.Written,
    Query(None, description="The last `cursor`; without it, from the oldest event kept."),
]
Search = Annotated[
    schemas.Query,
    Query("", description="A search, like `is:open author:@me label:bug`.", example="is:open turn:me"),
]
State = Annotated[
    schemas.StateFilter | None, Query(None, description="`open` where neither this nor `q` says otherwise.")
]
Owner = Annotated[str, Path(description="The repository's owner.", example="octo-org")]
RepositoryName = Annotated[
    str, Path(description="The repository's name; `owner%2Fname` in one segment does as well.", example="octo-repo")
]
# Documented only: what no pull request can have is not found, like what none has.
Number = Annotated[
    int,
    Field(json_schema_extra={"minimum": 1, "maximum": 2_147_483_647}),
    schemas.Written,
    Path(description="The pull request's number.", example=42),
]


def answers(status: int, model: type[BaseModel] | None, *errors: int) -> dict[int, Any]:
    """What a call may answer besides what every call may (`monitor.api.document`). Nothing of it runs."""
    return {status: model} | dict.fromkeys(errors, schemas.Error)


def headed(name: str, words: str) -> dict[str, Any]:
    """A header that a 200 may have, for the documentation."""
    return {"responses": {200: {"headers": {name: {"description": words, "schema": {"type": "string"}}}}}}
