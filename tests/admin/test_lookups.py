"""Nothing that the admin does not show is found out by asking for rows that begin with it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from monitor.accounts.team_leads import GROUP
from monitor.models import ApiToken
from tests import builders
from tests.admin.test_admin import change, changelist

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(browser_of: Callable[[Any], Client]) -> Client:
    """A team lead's browser."""
    user = builders.user("wren", is_staff=True)
    user.groups.add(Group.objects.get(name=GROUP))
    return browser_of(user)


@pytest.fixture
def chief(browser_of: Callable[[Any], Client]) -> Client:
    """A superuser's browser."""
    return browser_of(builders.user("chief", is_staff=True, is_superuser=True))


REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)


def filters(model: Any) -> set[str]:
    page = admin.site._registry[model]
    columns = [one for one in page.list_filter if isinstance(one, str | tuple)]
    named = {one if isinstance(one, str) else one[0] for one in columns}
    return named | {page.date_hierarchy or ""}


@pytest.mark.slow
def test_rows_are_asked_for_by_the_filters_alone(chief: Client) -> None:
    """Superusers too: what refuses them refuses everybody."""
    for model in REGISTERED:
        for field in model._meta.get_fields():
            for name in {field.name, getattr(field, "attname", field.name)} - filters(model):
                lookup = f"{name}__isnull" if field.is_relation else f"{name}__startswith"
                assert chief.get(changelist(model), {lookup: "0"}).status_code == 400, (model, lookup)


@pytest.mark.slow
def test_every_filter_of_a_page_works(chief: Client) -> None:
    for model in REGISTERED:
        for name in filters(model) - {""}:
            assert chief.get(changelist(model), {f"{name}__isnull": "True"}).status_code == 200, (model, name)


@pytest.mark.slow
def test_secrets_behind_a_relation_are_not_asked_for(lead: Client, heron: Any) -> None:
    for model in REGISTERED:
        for path in ("user__password", "user__api_tokens__digest", "api_tokens__digest", "user__person__slack_user_id"):
            answer = lead.get(changelist(model), {f"{path}__startswith": "a"}, follow=True)
            assert answer.status_code in {400, 403} or "e=1" in answer.request["QUERY_STRING"], (model, path)


def test_a_row_is_named_by_its_number_alone(chief: Client, heron: Any) -> None:
    token, _ = ApiToken.create_for(heron, "lamp")
    by_digest = reverse("admin:monitor_apitoken_change", args=(token.digest,))
    assert chief.get(by_digest, {"_to_field": "digest"}).status_code == 400
    assert chief.get(changelist(ApiToken), {"_to_field": "digest"}).status_code == 400
    assert chief.get(changelist(User), {"_to_field": "password"}).status_code == 400


def test_the_search_field_finds_no_secret(lead: Client, heron: Any) -> None:
    token, _ = ApiToken.create_for(heron, "lamp")
    for model, secret in ((ApiToken, token.digest), (User, heron.password)):
        answer = lead.get(changelist(model), {"q": secret})
        assert answer.context["cl"].result_count == 0
    choices = reverse("admin:autocomplete")
    query = {"app_label": "monitor", "model_name": "subscription", "field_name": "user", "term": heron.password}
    assert lead.get(choices, query).json()["results"] == []


def test_no_page_shows_a_secret(lead: Client, heron: Any) -> None:
    above = builders.user("chief", is_staff=True, is_superuser=True)
    token, _ = ApiToken.create_for(above, "lamp")
    for row in (heron, above, token):
        for path in (change(row), change(row).replace("change", "history"), changelist(type(row))):
            said = lead.get(path).content.decode()
            assert not [secret for secret in (heron.password, above.password, token.digest) if secret in said], path
