"""Every query is valid, has the planned cost, and leaves out fields that an Enterprise Server or a token lacks."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse, validate

from monitor.demo.server.graphql.cost import Pricing
from monitor.demo.server.graphql.schema import demo_schema
from monitor.github import documents
from monitor.github.dialect import Dialect
from tests.github.every_document import DIALECTS, EVERY
from tests.github.extract import ADVICE

IDS = [f"id {at}" for at in range(100)]


@pytest.mark.parametrize("name", EVERY)
def test_github_understands_it(name: str) -> None:
    assert validate(demo_schema(), parse(EVERY[name])) == [], ADVICE


def test_what_github_does_not_know_is_noticed() -> None:
    assert validate(demo_schema(), parse(documents.viewer().replace("login", "logging")))


@pytest.mark.parametrize("spoken", [one for one in DIALECTS if not (one.rollup or one.comments)])
def test_an_enterprise_server_with_fewer_fields_understands_it(spoken: Dialect) -> None:
    schema = demo_schema(enterprise=True)
    for text in (documents.details(spoken), documents.checks(spoken)):
        assert validate(schema, parse(text)) == []
    assert validate(schema, parse(documents.details(Dialect())))


def points(text: str, **variables: Any) -> int:
    return Pricing(demo_schema(), parse(text)).quote(variables).points


@pytest.mark.parametrize(
    ("text", "variables", "cost"),
    [
        (documents.resolve(50), {}, 1),
        (documents.accounts(50), {}, 1),
        (documents.probe(), {"ids": IDS[:50], "k": 10}, 1),
        (documents.probe(), {"ids": IDS, "k": 10}, 1),
        (documents.more(), {"ids": IDS[:1], "k": 50}, 1),
        (documents.open_rows(), {"ids": IDS[:1], "count": True}, 1),
        (documents.details(Dialect()), {"ids": IDS[:24]}, 1),
        (documents.details(Dialect()), {"ids": IDS[:25]}, 2),
        (documents.details(Dialect(rollup=False)), {"ids": IDS[:24]}, 2),
        (documents.checks(Dialect()), {"ids": IDS}, 1),
        (documents.follow(("labels", "timelineItems") * 25, Dialect()), {}, 1),
        (documents.team(), {}, 1),
        (documents.codeowners(50), {}, 1),
        (documents.files(), {"ids": IDS[:25]}, 1),
    ],
)
def test_points_by_githubs_formula(text: str, variables: dict[str, Any], cost: int) -> None:
    assert points(text, **variables) == cost


def test_ten_rows_cost_what_one_row_costs() -> None:
    assert points(documents.probe(), ids=IDS, k=1) == points(documents.probe(), ids=IDS, k=10)


def test_without_the_scope_no_name_of_a_team_is_asked() -> None:
    assert "combinedSlug" in documents.details(Dialect())
    assert "combinedSlug" not in documents.details(Dialect(teams=False))
    assert "combinedSlug" not in documents.follow(("timelineItems",), Dialect(teams=False))
