"""Names each rule for people: what it asks, and whether it decides about turns, waiting or messages."""

TURN_TITLES = {
    "review_requested": "Your review is requested",
    "team_requested": "A review of your team is requested",
    "changes_requested": "Changes are requested",
    "comments": "Comments wait for an answer",
    "author_responded": "The author responded to your review",
    "new_commits": "There are new commits since your review",
    "checks_failing": "Checks fail",
    "conflicts": "It conflicts with its base",
    "ready_to_merge": "It is ready to merge",
    "needs_approval": "Another approval is needed",
    "left_queue": "It was removed from the merge queue",
    "no_reviewer": "It has no reviewer",
}
WAIT_TITLES = {
    "archived": "The repository is archived",
    "draft": "It is a draft",
    "merge_queue": "It is in the merge queue",
    "auto_merge": "It merges by itself",
    "stacked": "It is stacked on another",
    "blocked": "GitHub blocks the merge",
    "checks": "Checks run",
    "hidden": "Somebody is asked who may not be seen",
    "bot": "A bot opened it, and nobody is assigned",
}
QUIET_TITLES = {
    "own_action": "It is your own doing",
    "settled_while_waiting": "The request ended, or you do not watch",
    "enough": "Enough people approved",
    "already_told": "You were told before",
    "direct_beats_team": "You are asked personally as well",
    "away": "You are away",
    "snoozed": "You snoozed or muted it",
    "private_repository": "The repository is private",
}
_GROUPS = (("your turn", TURN_TITLES), ("what it waits for", WAIT_TITLES), ("whether you are told", QUIET_TITLES))


def title_of(rule: str) -> str:
    """The rule as a short sentence."""
    return next((titles[rule] for _, titles in _GROUPS if rule in titles), rule)


def group_of(rule: str) -> str:
    """What the rule decides about, in words."""
    return next((group for group, titles in _GROUPS if rule in titles), "whether you are told")
