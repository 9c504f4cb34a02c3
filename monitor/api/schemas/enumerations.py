"""The enumerations. Each has a name in the OpenAPI document, so that generated clients have one type for it."""

from typing import Annotated, Literal

from pydantic import WithJsonSchema
from typing_extensions import TypeAliasType

from monitor.rules import merge_facts, review_request_ledger, review_state, snapshot, turns
from monitor.rules.change_kinds import ChangeKind

CheckState = TypeAliasType("CheckState", Literal["ok", "failing", "starting", "unknown"])
CiState = TypeAliasType("CiState", snapshot.Ci)
Decision = TypeAliasType("Decision", merge_facts.Decision)
ErrorCode = TypeAliasType(
    "ErrorCode",
    Literal[
        "invalid_json",
        "not_authenticated",
        "csrf_failed",
        "forbidden",
        "not_found",
        "repository_not_found",
        "method_not_allowed",
        "conflict",
        "resync",
        "too_large",
        "misdirected",
        "invalid",
        "rate_limited",
        "internal_error",
        "unavailable",
        "github_error",
        "github_unavailable",
    ],
)
HealthState = TypeAliasType("HealthState", Literal["ok", "failing"])
# Generated clients name this type `Kind`, as the API has always done.
Kind = TypeAliasType(
    "Kind",
    Annotated[
        ChangeKind,
        WithJsonSchema(
            {"title": "Kind", "description": "One kind of change.", "type": "string", "enum": [*map(str, ChangeKind)]}
        ),
    ],
)
Mergeable = TypeAliasType("Mergeable", snapshot.Mergeable)
PullRequestState = TypeAliasType("PullRequestState", snapshot.PullRequestState)
RepositoryStatus = TypeAliasType("RepositoryStatus", Literal["ok", "pending", "error", "inaccessible"])
ReviewerKind = TypeAliasType("ReviewerKind", Literal["user", "team"])
ReviewState = TypeAliasType("ReviewState", snapshot.ReviewState)
ReviewVerdict = TypeAliasType("ReviewVerdict", review_state.ReviewVerdict)
Settled = TypeAliasType("Settled", review_request_ledger.Settlement)
Side = TypeAliasType("Side", Literal["author", "reviewer"])
SnoozeEvent = TypeAliasType("SnoozeEvent", Literal["author_update", "any_update", "ready_for_review"])
StateFilter = TypeAliasType("StateFilter", Literal["open", "closed", "merged", "all"])
TurnCode = TypeAliasType("TurnCode", turns.TurnCode)
WaitCode = TypeAliasType("WaitCode", turns.WaitCode)
