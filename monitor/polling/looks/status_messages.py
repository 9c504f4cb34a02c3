"""Writes the status message of a repository: the problem, since when, how many tries, and the time of the next try."""

from collections.abc import Mapping
from datetime import UTC, datetime

from monitor.github.errors import (
    Forbidden,
    GitHubError,
    NotConfigured,
    Overloaded,
    QueryRejected,
    RateLimited,
    Unauthorized,
    Unavailable,
)

MISSING = "GitHub answers 404: the token can no longer see this repository."
NOTHING_SEEN = "GitHub shows none of {count} repositories that it showed before: the credential has lost its access."
LARGE = 1000  # open pull requests
REMEDY = {
    Unauthorized: "Your team lead can replace it.",
    Forbidden: "Your team lead can widen what it may read.",
    NotConfigured: "Set GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY.",
    Overloaded: "It is asked again by itself, and for less.",
    RateLimited: "Nothing is lost.",
    QueryRejected: "This is a fault in prmonitor: its log has the details.",
    Unavailable: "Nothing is lost.",
}


def what_failed(error: Exception) -> str:
    """The first sentences of the message: the problem, and the remedy."""
    if not isinstance(error, GitHubError):
        return f"This is a fault in prmonitor ({type(error).__name__}), not in GitHub: its log has the details."
    remedies = (words for kind, words in REMEDY.items() if isinstance(error, kind))
    return f"{as_sentence(str(error))} {next(remedies, 'Nothing is lost.')}"


def as_sentence(text: str) -> str:
    """`text` with a full stop, unless it already ends with a punctuation mark."""
    text = text.strip() or "GitHub gave no reason"
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def status_message(what: str, since: datetime, tries: int, again: datetime) -> str:
    """The whole message. Times are absolute and in UTC, because people may read the row much later."""
    tried = f", {tries} tries" if tries > 1 else ""
    return f"{what} Since {clock(since)}{tried}; next try {clock(again, since)} UTC."


def unread_message(unread: Mapping[str, datetime]) -> str:
    """The message of a repository that could be looked at, but for some pull requests; empty if all were read."""
    if not unread:
        return ""
    since = clock(min(unread.values()))
    if len(unread) == 1:
        return f"1 pull request could not be read since {since} UTC: GitHub fails on it. It is asked for again."
    return f"{len(unread)} pull requests could not be read since {since} UTC: GitHub fails on them. They are asked for again."


def clock(moment: datetime, beside: datetime | None = None) -> str:
    """Date and time; only the time if `beside` is on the same day."""
    moment = moment.astimezone(UTC)
    if beside is not None and beside.astimezone(UTC).date() == moment.date():
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def first_look_progress(read: int, total: int) -> str:
    """The progress of a first look. A large `total` is only approximate, because the list changes meanwhile."""
    about = "about " if total >= LARGE else ""
    return f"Reading its pull requests: {read:,} of {about}{total:,}." if total else "Reading its pull requests."
