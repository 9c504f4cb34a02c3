"""People in the admin: what a team lead prepared for somebody is never lost when the two become one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from monitor.accounts import profile
from monitor.accounts.team_leads import GROUP
from monitor.models import Person
from tests import builders

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/monitor/person/"


@pytest.fixture
def lead(browser_of: Callable[[Any], Client]) -> Client:
    """A team lead's browser."""
    user = builders.user("wren", is_staff=True)
    user.groups.add(Group.objects.get(name=GROUP))
    return browser_of(user)


@pytest.fixture
def finch(db: None) -> Any:
    """A user with a profile, but without a login."""
    user = builders.user("finch", login=None)
    Person.objects.create(user=user, country="PT")
    return user


@pytest.fixture
def prepared(db: None) -> Person:
    """What a lead wrote down about somebody on GitHub."""
    return Person.objects.create(github_login="Finch", slack_user_id="U0FINCH", time_zone="Asia/Tokyo", digest=False)


def page_of(row: Person) -> str:
    return f"{PEOPLE}{row.pk}/change/"


def form_of(lead: Client, row: Person) -> dict[str, Any]:
    """What the browser sends of a person's page with nothing changed."""
    form = lead.get(page_of(row)).context["adminform"].form
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def list_of(lead: Client) -> dict[str, Any]:
    """The same of the list."""
    formset = lead.get(PEOPLE).context["cl"].formset
    sent: dict[str, Any] = {field.html_name: field.value() for field in formset.management_form}
    for form in formset.forms:
        sent |= {field.html_name: field.value() or "" for field in form}
    return sent | {"_save": "Save"}


def check_joined(user: Any) -> None:
    person = Person.objects.exclude(github_login="wren").get()
    assert (person.user, person.github_login.lower(), person.slack_user_id) == (user, "finch", "U0FINCH")
    assert (person.time_zone, person.country, person.digest) == ("Asia/Tokyo", "PT", False)


def test_a_row_that_gets_the_login_of_a_prepared_one_takes_all_of_it(
    lead: Client, finch: Any, prepared: Person
) -> None:
    sent = form_of(lead, finch.person)
    assert lead.post(page_of(finch.person), {**sent, "github_login": "finch"}).status_code == 302
    check_joined(finch)


def test_so_does_a_line_of_the_list(lead: Client, finch: Any, prepared: Person) -> None:
    sent = list_of(lead)
    [line] = [
        name.removesuffix("-id") for name, value in sent.items() if name.endswith("-id") and value == finch.person.pk
    ]
    assert lead.post(PEOPLE, {**sent, f"{line}-github_login": "finch"}).status_code == 302
    check_joined(finch)


def test_a_prepared_row_that_gets_a_user_takes_their_profile(lead: Client, finch: Any, prepared: Person) -> None:
    sent = form_of(lead, prepared)
    assert lead.post(page_of(prepared), {**sent, "user": finch.pk}).status_code == 302
    check_joined(finch)


def test_what_the_lead_types_meanwhile_counts(lead: Client, finch: Any, prepared: Person) -> None:
    sent = form_of(lead, finch.person) | {"github_login": "finch", "slack_user_id": "U0NEW", "digest": "on"}
    assert lead.post(page_of(finch.person), sent).status_code == 302
    assert Person.objects.get(user=finch).slack_user_id == "U0NEW"


def test_whoever_has_a_login_keeps_it(lead: Client, prepared: Person) -> None:
    heron = builders.user("heron")
    sent = form_of(lead, prepared)
    answer = lead.post(page_of(prepared), {**sent, "user": heron.pk})
    assert answer.status_code == 200
    assert "Heron has the GitHub login heron already" in answer.content.decode()
    lark = builders.user("lark")
    assert lead.post(page_of(lark.person), {**form_of(lead, lark.person), "github_login": "HERON"}).status_code == 200
    assert set(Person.objects.values_list("github_login", flat=True)) == {"wren", "Finch", "heron", "lark"}


@pytest.mark.parametrize("prepared_first", [True, False])
def test_what_is_typed_into_a_line_that_joins_another_is_not_lost_in_silence(
    lead: Client, request: pytest.FixtureRequest, prepared_first: bool
) -> None:
    names = ("prepared", "finch") if prepared_first else ("finch", "prepared")
    rows: Any = {name: request.getfixturevalue(name) for name in names}
    sent = list_of(lead)
    lines = {value: name.removesuffix("-id") for name, value in sent.items() if name.endswith("-id")}
    sent[f"{lines[rows['finch'].person.pk]}-github_login"] = "finch"
    sent[f"{lines[rows['prepared'].pk]}-slack_user_id"] = "U0NEW"
    said = lead.post(PEOPLE, sent, follow=True).content.decode()
    kept = Person.objects.get(user=rows["finch"]).slack_user_id
    assert (kept, "was not saved" in said) == (("U0FINCH", True) if prepared_first else ("U0NEW", False))


def typed(finch: Any) -> Person:
    """The user's row once they have typed the login that was prepared."""
    profile.change_profile(finch, {"github_login": "finch"})
    return Person.objects.get(user=finch)


@pytest.fixture
def known_to_github(prepared: Person) -> None:
    """GitHub need not be asked."""
    Person.objects.filter(pk=prepared.pk).update(github_login_checked_at=timezone.now())


@pytest.mark.usefixtures("known_to_github")
def test_the_tick_gives_whoever_typed_a_login_what_was_prepared(lead: Client, finch: Any, prepared: Person) -> None:
    row = typed(finch)
    sent = form_of(lead, row)
    assert lead.post(page_of(row), {**sent, "country": "ES"}).status_code == 302
    assert Person.objects.filter(user=None).get().slack_user_id == "U0FINCH", "another change hands nothing over"
    assert lead.post(page_of(prepared), {**form_of(lead, prepared), "country": "ES"}).status_code == 302
    assert lead.post(page_of(row), {**sent, "github_login_confirmed": "on"}).status_code == 302
    check_joined(finch)


@pytest.mark.usefixtures("known_to_github")
def test_so_does_giving_the_prepared_row_to_them(lead: Client, finch: Any, prepared: Person) -> None:
    typed(finch)
    assert lead.post(page_of(prepared), {**form_of(lead, prepared), "user": finch.pk}).status_code == 302
    check_joined(finch)


@pytest.mark.usefixtures("known_to_github")
def test_so_does_the_action_on_both(lead: Client, finch: Any, prepared: Person) -> None:
    rows = [prepared.pk, typed(finch).pk]
    said = lead.post(PEOPLE, {"action": "confirm", "_selected_action": rows}, follow=True)
    assert "1 confirmed." in said.content.decode()
    check_joined(finch)


def test_a_slack_id_stands_in_one_row(lead: Client, finch: Any, prepared: Person) -> None:
    sent = {**form_of(lead, finch.person), "slack_user_id": "U0FINCH"}
    answer = lead.post(page_of(finch.person), sent)
    assert "The Slack id &quot;U0FINCH&quot; belongs to somebody else here." in answer.content.decode()
    assert lead.post(page_of(finch.person), {**sent, "github_login": "finch"}).status_code == 302, "theirs by joining"
    check_joined(finch)


def test_nor_in_two_lines_that_are_saved_together(lead: Client, finch: Any, prepared: Person) -> None:
    sent = list_of(lead)
    sent |= {name: "U0NEW" for name in sent if name.endswith("-slack_user_id")}
    answer = lead.post(PEOPLE, sent)
    assert "stands in another line" in answer.content.decode()
    assert not Person.objects.filter(slack_user_id="U0NEW").exists()


def test_a_confirmed_login_is_taken_from_whoever_only_typed_it(lead: Client, finch: Any) -> None:
    mallory = builders.user("mallory", login="Finch")
    sent = form_of(lead, finch.person) | {"github_login": "finch"}
    assert "belongs to somebody else" in lead.post(page_of(finch.person), sent).content.decode()
    said = lead.post(page_of(finch.person), sent | {"github_login_confirmed": "on"}, follow=True).content.decode()
    assert "The account “mallory” had the login, and has it no longer." in said
    assert Person.objects.get(user=mallory).github_login is None
    person = Person.objects.get(user=finch)
    assert (person.github_login, person.github_login_confirmed) == ("finch", True)


@pytest.mark.parametrize("holder", [{"confirmed": True}, {"is_staff": True, "is_superuser": True}])
def test_but_not_from_whoever_is_confirmed_or_beyond_a_lead_s_reach(
    lead: Client, finch: Any, holder: dict[str, Any]
) -> None:
    builders.user("owner", login="Finch", **holder)
    sent = form_of(lead, finch.person) | {"github_login": "finch", "github_login_confirmed": "on"}
    assert "belongs to somebody else" in lead.post(page_of(finch.person), sent).content.decode()
    assert Person.objects.get(github_login="Finch").user != finch


def test_nothing_can_be_set_that_has_no_effect(lead: Client, finch: Any) -> None:
    for address in (PEOPLE, page_of(finch.person), "/admin/notifications/delivery/"):
        assert "first look" not in lead.get(address).content.decode().lower()


def test_a_lead_sets_the_digest(lead: Client, finch: Any) -> None:
    sent = form_of(lead, finch.person)
    sent.pop("digest")
    assert lead.post(page_of(finch.person), {**sent, "digest_hour": "24"}).status_code == 200
    assert lead.post(page_of(finch.person), {**sent, "digest_hour": "7"}).status_code == 302
    person = Person.objects.get(user=finch)
    assert (person.digest, person.digest_hour) == (False, 7)


def test_nothing_hangs_on_a_person_that_would_go_with_their_row() -> None:
    assert Person._meta.related_objects == ()
