"""Explains to a user each rule by which a pull request is their turn, or waits, from what is stored about it."""

import json
from collections.abc import Mapping
from typing import Any

from monitor.models import PullRequest
from monitor.models.person import confirmed_among
from monitor.models.team import members_of
from monitor.queries.access import Viewer
from monitor.rules.claim_effects import Claimant
from monitor.rules.review_request_ledger import ReviewRequestEntry
from monitor.rules.snapshot import parse_time
from monitor.rules.turn_explanation import RuleExplanation, TurnFacts, explain_turns, explain_waits
from monitor.rules.turns import Surroundings, Turn, Wait


def explain_to(viewer: Viewer, pull_request: PullRequest) -> list[RuleExplanation]:
    """Every turn code, then every code of `waits_for`. Load `repository` before; the caller has checked access."""
    facts = _facts(pull_request)
    return [*explain_turns(facts, viewer.login, viewer.teams), *explain_waits(facts)]


def _facts(pull_request: PullRequest) -> TurnFacts:
    """The facts as they are stored. The turns are those of the document, which everybody is shown."""
    repository, document = pull_request.repository, json.loads(pull_request.document)
    requests = [_entry(row.as_json()) for row in pull_request.requests.all()]
    return TurnFacts(
        pull_request.stored_snapshot,
        requests,
        pull_request.observed_times,
        members_of({entry.name for entry in requests if entry.kind == "team"}),
        _claimant(document["claimed"]),
        Surroundings(repository.archived, document["stacked_on"], repository.enough_approvals_end_requests),
        [_turn(turn) for turn in document["turn"]],
        _wait(document["waits_for"]),
    )


def _entry(values: Mapping[str, Any]) -> ReviewRequestEntry:
    times = {name: parse_time(values[name]) for name in ("asked_at", "settled_at")}
    return ReviewRequestEntry(**{**values, **times})


def _claimant(claimed: Mapping[str, Any] | None) -> Claimant | None:
    if claimed is None:
        return None
    login = claimed["login"]
    confirmed = login.lower() in confirmed_among({login})
    return Claimant(login, parse_time(claimed["since"]), parse_time(claimed["until"]), confirmed)


def _turn(values: Mapping[str, Any]) -> Turn:
    since = parse_time(values["since"])
    return Turn(values["login"], values["team"], values["as"], values["code"], values["reason"], since)


def _wait(values: Mapping[str, Any] | None) -> Wait | None:
    return None if values is None else Wait(values["code"], values["reason"], parse_time(values["since"]))
