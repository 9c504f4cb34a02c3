"""Puts together, for one person and pull request: roles, turn, every rule with its reason, and every delivery."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from monitor import queries
from monitor.models import Involvement, Person, PullRequest
from monitor.rules.filters import passes
from monitor.rules.turn_explanation import RuleExplanation
from notifications import transports
from notifications.explanation.possible_messages import possible_messages
from notifications.models import Delivery
from notifications.rules.quiet_rule_explanation import explain_quiet_rules
from notifications.rules.reach import Reach, why_not_watching, why_nothing_was_planned


@dataclass(frozen=True, slots=True)
class Why:
    """The explanation. `mine` is as in a pull request; `nothing_planned`: why there are no `deliveries`, or empty.

    `not_watching`: why no message reaches the person; `off_all_lists`: it keeps the pull request off their lists, too.
    """

    mine: dict[str, Any]
    rules: Sequence[RuleExplanation]
    deliveries: Sequence[Delivery]
    nothing_planned: str
    not_watching: str | None
    off_all_lists: bool

    def as_json(self) -> dict[str, Any]:
        """The explanation as the API shows it."""
        return {
            "roles": self.mine["roles"],
            "turn": self.mine["turn"],
            "rules": [{"rule": line.rule, "holds": line.holds, "words": line.words} for line in self.rules],
            "deliveries": [delivery.as_json() for delivery in self.deliveries],
        }


def why_for(user: Any, pull_request: PullRequest, now: datetime | None = None) -> Why:
    """The explanation for `user`. Load `repository` before; whoever asks has been checked to see the pull request."""
    viewer = queries.viewer_for(user)
    deliveries = _deliveries(user, pull_request)
    reach = _reach(user, viewer, pull_request)
    not_watching = why_not_watching(reach)
    messages = possible_messages(user, viewer, pull_request, deliveries, now or timezone.now())
    quiet = explain_quiet_rules(
        Delivery.Rule.values, [replace(message, not_watching=not_watching) for message in messages]
    )
    asked = any(message.asked for message in messages)
    return Why(
        queries.mine_of(user, pull_request),
        once_each(queries.explain_to(viewer, pull_request), quiet),
        deliveries,
        "" if deliveries else why_nothing_was_planned(reach, asked=asked),
        not_watching,
        off_all_lists=not (reach.active and reach.sees_repository and reach.watches),
    )


def once_each(turns_and_waits: Sequence[RuleExplanation], quiet: Sequence[RuleExplanation]) -> list[RuleExplanation]:
    """All lines in their order. `draft` and `bot` are waits as well as quiet rules: each has one line, for both."""
    by_rule = {line.rule: line for line in quiet}
    first = [_both(line, by_rule.pop(line.rule)) if line.rule in by_rule else line for line in turns_and_waits]
    return [*first, *by_rule.values()]


def _both(wait: RuleExplanation, quiet: RuleExplanation) -> RuleExplanation:
    if not quiet.holds:
        return wait
    words = f"{wait.words}; no message: {quiet.words}"
    return RuleExplanation(wait.rule, True, words)


def _deliveries(user: Any, pull_request: PullRequest) -> list[Delivery]:
    rows = list(Delivery.objects.filter(user=user.pk, pull_request=pull_request).order_by("-pk"))
    for row in rows:
        row.pull_request = pull_request
    return rows


def _reach(user: Any, viewer: queries.Viewer, pull_request: PullRequest) -> Reach:
    repository = pull_request.repository
    filters = queries.filters_for(user, [repository.pk]).get(repository.pk)
    roles: dict[str, set[str]] = {}
    involved = Involvement.objects.filter(pull_request=pull_request.pk, name__in=viewer.names)
    for role, name in involved.values_list("role", "name"):
        roles.setdefault(role, set()).add(name)
    return Reach(
        repository.full_name,
        active=user.is_active,
        sees_repository=queries.visible_to(user).filter(pk=repository.pk).exists(),
        watches=filters is not None,
        wants_messages=Person.objects.filter(user=user.pk, slack=True).exists(),
        filters_pass=passes(filters or (), roles, viewer.login, viewer.teams),
        slack_is_set_up=transports.enabled(),
    )
