"""The vocabulary: what can happen to a pull request, in the past tense."""

from enum import StrEnum


class Kind(StrEnum):
    """One kind of change."""

    # The comments say what else a change carries besides `kind` and `actor`.
    OPENED = "opened"
    CLOSED = "closed"  # without being merged
    MERGED = "merged"
    REOPENED = "reopened"
    DRAFTED = "drafted"  # converted back to a draft
    READY_FOR_REVIEW = "ready_for_review"
    RETITLED = "retitled"  # from, to
    PUSHED = "pushed"  # from, to: commit ids of the head
    BASE_CHANGED = "base_changed"  # from, to: branch names
    LABELED = "labeled"  # label
    UNLABELED = "unlabeled"  # label
    ASSIGNED = "assigned"  # login
    UNASSIGNED = "unassigned"  # login
    REVIEW_REQUESTED = "review_requested"  # login or team (org/slug)
    REVIEW_REQUEST_REMOVED = "review_request_removed"  # login or team
    REVIEWED = "reviewed"  # reviewer, state
    CHECKS_CHANGED = "checks_changed"  # from, to
    MERGEABILITY_CHANGED = "mergeability_changed"  # from, to; only between mergeable and conflicting
    COMMENTED = "commented"
    CLAIMED = "claimed"  # login; somebody said here that they are on it
    UNCLAIMED = "unclaimed"  # login; given back by the actor, or lapsed
    TURN_CHANGED = "turn_changed"  # by nothing that is named here: a team's members, a lapse


class UpdateType(StrEnum):
    """What an event means for a list of pull requests."""

    NEW_PR = "new_pr"  # not known before, also when first seen closed
    UPDATED = "updated"  # everything else, reopened too
    CLOSED = "closed"  # became closed or merged


class Role(StrEnum):
    """Why a pull request concerns somebody. A name is a login, or `org/slug` for `team_requested` and teams owning code."""

    AUTHOR = "author"
    ASSIGNED = "assigned"
    REVIEW_REQUESTED = "review_requested"
    TEAM_REQUESTED = "team_requested"
    CODE_OWNER = "code_owner"
    REVIEWED = "reviewed"


class Awaited(StrEnum):
    """Whose turn it is: kept beside the roles, and like them part of an audience. A team stands for unknown members."""

    AUTHOR = "turn_author"
    REVIEWER = "turn_reviewer"


class Filter(StrEnum):
    """What a subscription lets through."""

    ALL = "all"
    AUTHOR = "author"
    ASSIGNED = "assigned"
    REVIEW_REQUESTED = "review_requested"  # teams included, and the turns that follow one's own review or claim
    CODE_OWNER = "code_owner"


DEFAULT_FILTERS: tuple[str, ...] = (Filter.AUTHOR, Filter.ASSIGNED, Filter.REVIEW_REQUESTED, Filter.CODE_OWNER)
