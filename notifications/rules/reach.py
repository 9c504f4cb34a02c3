"""Says why no message can reach a person, whatever the quiet rules say. Depends on no setting."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether somebody can be told of a pull request: what they have chosen, what they may see, what is set up."""

    repository: str
    active: bool
    sees_repository: bool
    watches: bool
    wants_messages: bool
    filters_pass: bool
    slack_is_set_up: bool


def why_not_watching(reach: Reach) -> str | None:
    """Why this person counts as not watching, in words that say “you” to them; None if they watch."""
    if not reach.active:
        return "your account is not active"
    if not reach.sees_repository:
        return f"you may not see {reach.repository}"
    if not reach.watches:
        return f"you do not watch {reach.repository}"
    return None if reach.wants_messages else "you have switched messages in Slack off"


def why_nothing_was_planned(reach: Reach, *, asked: bool) -> str:
    """Why there is no delivery for this person."""
    if not asked:
        return "nobody has asked you or a team of yours"
    if not reach.slack_is_set_up:
        return "Slack is not set up here"
    unheard = why_not_watching(reach)
    if unheard:
        return unheard
    if not reach.filters_pass:
        return f"your filters for {reach.repository} do not let it through"
    return f"nothing has happened since you watch {reach.repository} that you would be told of"
