"""The words that a value may be, each set with a name of its own, so that generated clients have one type for it."""

from typing import Literal

from typing_extensions import TypeAliasType

from monitor import attention, ledger, snapshot, verdict

CheckState = TypeAliasType("CheckState", Literal["ok", "failing", "starting", "unknown"])
CiState = TypeAliasType("CiState", snapshot.Ci)
Decision = TypeAliasType("Decision", Literal["approved", "changes_requested", "review_required"])
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
Mergeable = TypeAliasType("Mergeable", snapshot.Mergeable)
PullRequestState = TypeAliasType("PullRequestState", snapshot.PullRequestState)
RepositoryStatus = TypeAliasType("RepositoryStatus", Literal["ok", "pending", "error", "inaccessible"])
ReviewerKind = TypeAliasType("ReviewerKind", Literal["user", "team"])
ReviewState = TypeAliasType("ReviewState", snapshot.ReviewState)
ReviewVerdict = TypeAliasType("ReviewVerdict", verdict.ReviewVerdict)
Settled = TypeAliasType("Settled", ledger.Settled)
Side = TypeAliasType("Side", Literal["author", "reviewer"])
SnoozeEvent = TypeAliasType("SnoozeEvent", Literal["author_update", "any_update", "ready_for_review"])
StateFilter = TypeAliasType("StateFilter", Literal["open", "closed", "merged", "all"])
TurnCode = TypeAliasType("TurnCode", attention.Code)
