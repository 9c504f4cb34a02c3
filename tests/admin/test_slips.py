"""What a team lead mistypes, or tries, in the admin harms nobody else."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from monitor.accounts.team_leads import GROUP
from monitor.models import ApiToken, Person, PullRequest, Repository, Subscription, Team
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(browser_of: Callable[[Any], Client]) -> Client:
    """A team lead's browser."""
    user = builders.user("wren", is_staff=True)
    user.groups.add(Group.objects.get(name=GROUP))
    return browser_of(user)


def change(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=(row.pk,))


@pytest.mark.parametrize("filters", ["5", '"all"', '["all"]', "nonsense", ""])
def test_filters_are_chosen_not_written(lead: Client, web: Repository, filters: str) -> None:
    row = Subscription.objects.get()
    sent = {"user": row.user_id, "repository": row.repository_id, "filters": filters}
    assert lead.post(change(row), sent).status_code == 200
    row.refresh_from_db()
    assert row.filters == ["author", "assigned", "review_requested", "code_owner"]
    assert lead.post(change(row), {**sent, "filters": ["all", "author"]}).status_code == 302
    row.refresh_from_db()
    assert row.filters == ["all", "author"]
    assert lead.post(change(row), {**sent, "filters": ["user_review_requested"]}).status_code == 302
    row.refresh_from_db()
    assert row.filters == ["user_review_requested"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Europe"),
        ("time_zone", "Nowhere/Place"),
        ("working_days", "5"),
        ("working_days", '["x"]'),
        ("working_days", "[8]"),
        ("country", "Q9"),
        ("github_login", "not a login"),
        ("slack_user_id", "<!channel>"),
        ("working_end", "01:00"),
    ],
)
def test_a_person_is_checked_as_in_the_profile(lead: Client, heron: Any, page: Client, field: str, value: str) -> None:
    row = heron.person
    sent = {
        "user": heron.pk, "github_login": "@heron", "time_zone": "Europe/Berlin", "working_days": "[2, 1]", "country": "de",
        "working_start": "09:00", "working_end": "18:00", "slack_user_id": "U0HERON", "slack": "on",
    }  # fmt: skip
    assert lead.post(change(row), sent).status_code == 302
    row.refresh_from_db()
    assert (row.github_login, row.working_days, row.country) == ("heron", [1, 2], "DE")
    saved = Person.objects.filter(pk=row.pk).values().get()
    assert lead.post(change(row), {**sent, field: value}).status_code == 200
    assert Person.objects.filter(pk=row.pk).values().get() == saved
    assert page.get("/").status_code == 200


def test_the_list_of_people_is_checked_too(lead: Client, heron: Any) -> None:
    rows = list(Person.objects.order_by("-pk"))
    sent: dict[str, Any] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for place, row in enumerate(rows):
        sent |= {f"form-{place}-id": row.pk, f"form-{place}-github_login": "a b", f"form-{place}-slack_user_id": ""}
    assert lead.post(reverse("admin:monitor_person_changelist"), sent).status_code == 200
    assert Person.objects.get(user=heron).github_login == "heron"


def test_whoever_was_in_a_team_that_is_gone_has_no_turn_of_it(
    lead: Client, heron: Any, web: Repository, record: Callable[..., list[int]]
) -> None:
    for name in ("acme/core", "acme/docs"):
        Team.objects.create(name=name, members_known=True, by_hand=True).set_members(["heron"])
        record(web, builders.snapshot(1, author="plover", review_requests=(builders.asked(name),)))
        one = Team.objects.get()
        if name == "acme/core":
            lead.post(reverse("admin:monitor_team_delete", args=(one.pk,)), {"post": "yes"})
        else:
            chosen = {"action": "delete_selected", "_selected_action": [one.pk], "post": "yes"}
            lead.post(reverse("admin:monitor_team_changelist"), chosen)
        assert not Team.objects.exists()
        assert [turn["login"] for turn in json.loads(PullRequest.objects.get().document)["turn"]] == [None]


def test_an_account_put_to_sleep_keeps_its_rank(lead: Client) -> None:
    above = builders.user("above", is_staff=True)
    above.user_permissions.add(Permission.objects.get(codename="delete_user"))
    password = reverse("admin:auth_user_password_change", args=(above.pk,))
    for active in (True, False):
        above.is_active = active
        above.save()
        assert lead.post(password, {"password1": "a-long-one-42", "password2": "a-long-one-42"}).status_code == 403
        assert lead.post(change(above), {"username": "mine", "is_active": "on"}).status_code == 403


def test_an_account_is_deleted_with_all_that_hangs_below(web: Repository, heron: Any, browser_of: Any) -> None:
    ApiToken.create_for(heron)
    chief = browser_of(builders.user("chief", is_staff=True, is_superuser=True))
    assert chief.post(reverse("admin:auth_user_delete", args=(heron.pk,)), {"post": "yes"}).status_code == 302
    assert not ApiToken.objects.exists()
    assert not Subscription.objects.exists()


def test_nobody_deletes_accounts_above_their_own(lead: Client) -> None:
    Group.objects.get(name=GROUP).permissions.add(Permission.objects.get(codename="delete_user"))
    chief = builders.user("chief", is_staff=True, is_superuser=True)
    chosen = {"action": "delete_selected", "_selected_action": [chief.pk], "post": "yes"}
    assert lead.post(reverse("admin:auth_user_changelist"), chosen).status_code in {200, 403}
    assert type(chief).objects.filter(pk=chief.pk).exists()
