"""The parameters calls share, and which answers a call documents."""

from typing import Annotated, Any

from ninja import Path, Query
from pydantic import BaseModel, Field

from monitor import schemas

Limit = Annotated[int, Query(100, ge=1, le=500, description="How many at most.")]
Offset = Annotated[int, Query(0, ge=0, le=2_147_483_647, description="How many to leave out first.")]
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
    Path(description="The pull request's number.", example=42),
]


def answers(status: int, model: type[BaseModel] | None, *errors: int) -> dict[int, Any]:
    """What a call may answer besides what every call may (`monitor.api.document`). Nothing of it runs."""
    return {status: model} | dict.fromkeys(errors, schemas.Error)
