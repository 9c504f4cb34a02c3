"""The parameters calls share, and which answers a call documents."""

from typing import Annotated, Any, Literal

from ninja import Path, Query
from pydantic import BaseModel

from monitor import schemas

Limit = Annotated[int, Query(100, ge=1, le=500, description="How many at most.")]
Offset = Annotated[int, Query(0, ge=0, le=2_147_483_647, description="How many to leave out first.")]
Search = Annotated[
    schemas.Query,
    Query("", description="A search, like `is:open author:@me label:bug`.", example="is:open turn:me"),
]
State = Literal["open", "closed", "merged", "all"]
Owner = Annotated[str, Path(description="The repository's owner.", example="octo-org")]
RepositoryName = Annotated[str, Path(description="The repository's name.", example="octo-repo")]
Number = Annotated[int, Path(description="The pull request's number.", example=42)]

_EVERYWHERE = (401, 429)


def answers(status: int, model: type[BaseModel] | None, *errors: int) -> dict[int, Any]:
    """What a call may answer, for the documentation: nothing of it runs."""
    return {status: model} | dict.fromkeys(sorted({*_EVERYWHERE, *errors}), schemas.Error)
