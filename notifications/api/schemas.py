"""The schemas of deliveries and explanations in the REST API."""

from typing import Annotated, Literal, get_args

from pydantic import WithJsonSchema
from typing_extensions import TypeAliasType

from monitor.api.schemas import ClosedModel, Count, Id, MyTurn, PullRequestName, Timestamp
from monitor.rules.roles import Role
from monitor.rules.turns import TurnCode, WaitCode
from notifications import models

DeliveryState = TypeAliasType("DeliveryState", Literal["waiting", "sent", "edited", "folded", "suppressed", "failed"])
RuleName = TypeAliasType(
    "RuleName",
    Annotated[
        str,
        WithJsonSchema(
            {
                "title": "RuleName",
                "description": "A code of a turn, a code of `waits_for`, or a rule that keeps messages back.",
                "type": "string",
                "enum": [*dict.fromkeys([*get_args(TurnCode), *get_args(WaitCode), *models.Delivery.Rule.values])],
            }
        ),
    ],
)


class Delivery(ClosedModel):
    """What became of one message that could be sent."""

    id: Id
    pull_request: PullRequestName
    recipient: str
    channel: str | None
    state: DeliveryState
    rule: str | None
    """The rule that suppressed it."""
    reason: str
    answer: str | None
    """What Slack said."""
    created_at: Timestamp
    ended_at: Timestamp | None


class DeliveryPage(ClosedModel):
    """A page of deliveries."""

    items: list[Delivery]
    count: Count


class RuleExplanation(ClosedModel):
    """Whether one rule holds for somebody, and why or why not."""

    rule: RuleName
    holds: bool
    """A turn code: it is their turn for this reason. A code of `waits_for`: the pull request waits for this. A rule that
    keeps messages back: it would, or did, keep one from them. `draft` and `bot` are both."""
    words: str
    """One sentence, which says “you” to the person."""


class Why(ClosedModel):
    """Why a pull request is, or is not, on somebody's list, and why they were, or were not, told."""

    roles: list[Role]
    turn: MyTurn | None
    rules: list[RuleExplanation]
    """Each rule once: the codes of turns, those of `waits_for`, the rules that keep messages back."""
    deliveries: list[Delivery]
    """Every message that was, or could have been, sent to them about it, the newest first."""
