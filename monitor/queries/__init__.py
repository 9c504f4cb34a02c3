"""Everything that pages, API, sockets and messages read from the database, limited to what the user may see.

A function whose name ends in `_for` takes the user and decides access itself; `access` has the rule. For any other, the
caller has decided it. What a user may not see is treated as if it did not exist.
"""

from monitor.queries.access import (
    AnyUser,
    Reader,
    Viewer,
    audience_of,
    reader_of,
    viewer_for,
    viewers_for,
    visible_to,
    watched_by,
    watchers_of,
)
from monitor.queries.event_log import (
    EventPage,
    Missed,
    Resync,
    check_cursor,
    events_after,
    events_for,
    events_with_ids,
    has_events_after,
    latest_event_id,
    missed_by,
    missed_by_each,
    oldest_cursor,
)
from monitor.queries.people import user_named
from monitor.queries.pull_requests import (
    PullRequestNotFound,
    code_owners_note,
    dead_spots,
    history_of,
    mine_for,
    pull_request_for,
    review_requests_of,
    snooze_json,
    unconfirmed_claimants,
    with_mine,
)
from monitor.queries.repositories import (
    RepositoryNotFound,
    filters_for,
    repositories_for,
    repository_for,
    repository_formerly_named,
    repository_json,
    repository_named,
    repository_names,
)
from monitor.queries.repository_stats import stats_for, stats_of_pairs
from monitor.queries.searches import (
    PullRequestSearch,
    counts_for,
    rows_with_keys,
    search_for,
    search_lacks_login,
)
from monitor.queries.turn_explanations import explain_to
from monitor.queries.urgent_order import urgency_of

__all__ = [
    "AnyUser",
    "EventPage",
    "Missed",
    "PullRequestNotFound",
    "PullRequestSearch",
    "Reader",
    "RepositoryNotFound",
    "Resync",
    "Viewer",
    "audience_of",
    "check_cursor",
    "code_owners_note",
    "counts_for",
    "dead_spots",
    "events_after",
    "events_for",
    "events_with_ids",
    "explain_to",
    "filters_for",
    "has_events_after",
    "history_of",
    "latest_event_id",
    "mine_for",
    "missed_by",
    "missed_by_each",
    "oldest_cursor",
    "pull_request_for",
    "reader_of",
    "repositories_for",
    "repository_for",
    "repository_formerly_named",
    "repository_json",
    "repository_named",
    "repository_names",
    "review_requests_of",
    "rows_with_keys",
    "search_for",
    "search_lacks_login",
    "snooze_json",
    "stats_for",
    "stats_of_pairs",
    "unconfirmed_claimants",
    "urgency_of",
    "user_named",
    "viewer_for",
    "viewers_for",
    "visible_to",
    "watched_by",
    "watchers_of",
    "with_mine",
]
