"""A team lead says whose GitHub login it is: in the list of people, on one person's page; and everybody sees it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from monitor.accounts.team_leads import GROUP
from monitor.actions import claims
from monitor.models import Person, PullRequest, ReviewRequest, Team
from monitor.recording.recorder import record
from tests import builders
from tests.admin.test_admin import change, changelist, run
from tests.builders import asked, at, item

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(db: None, browser_of: Callable[[Any], Client]) -> Client:
    """A team lead's browser: staff, and in the group that migrate writes."""
    user = builders.user("boss", login=None, is_staff=True)
    user.groups.add(Group.objects.get(name=GROUP))
    return browser_of(user)


def marks(login: str) -> tuple[bool, str, bool]:
    person = Person.objects.get(github_login=login)
    at = person.github_login_confirmed_at
    return person.github_login_confirmed, person.github_login_confirmed_by, bool(at and at <= timezone.now())


def form(person: Person, **changed: Any) -> dict[str, Any]:
    sent = {
        "user": person.user_id or "", "github_login": person.github_login or "", "working_days": "[1]", "digest_hour": "9",
        "working_start": "09:00", "working_end": "18:00", "slack": "on",
    }  # fmt: skip
    return {**sent, **changed}


CONFIRMED, NOT = (True, "boss", True), (False, "", False)


def test_several_at_once(lead: Client) -> None:
    people = [builders.user(name).person for name in ("wren", "finch")] + [builders.user("anon", login=None)]
    people[2] = Person.objects.create(user=people[2])
    assert "2 confirmed." in run(lead, Person, "confirm", *people).content.decode()
    assert (marks("wren"), marks("finch")) == (CONFIRMED, CONFIRMED)
    assert "0 confirmed." in run(lead, Person, "confirm", *people).content.decode()


def test_on_the_page_of_one_person_and_taken_back(lead: Client) -> None:
    person = builders.user("wren").person
    assert lead.post(change(person), form(person, github_login_confirmed="on")).status_code == 302
    assert marks("wren") == CONFIRMED
    assert "boss, 2" in lead.get(change(person)).content.decode()
    assert lead.post(change(person), form(person, github_login_confirmed="on", country="DE")).status_code == 302
    assert marks("wren") == CONFIRMED
    assert lead.post(change(person), form(person)).status_code == 302
    assert marks("wren") == NOT


def test_there_has_to_be_a_login_to_confirm(lead: Client) -> None:
    person = Person.objects.create(user=builders.user("wren", login=None))
    answer = lead.post(change(person), form(person, github_login_confirmed="on"))
    assert "There is no login to confirm." in answer.content.decode()


def test_it_belongs_to_one_login(lead: Client) -> None:
    person = builders.user("wren", confirmed=True).person
    answer = lead.post(change(person), form(person, github_login="WREN", github_login_confirmed="on"))
    assert (answer.status_code, marks("WREN")[0]) == (302, True)
    sent = form(person, github_login="wren-2", github_login_confirmed="on")
    answer = lead.post(change(person), sent, follow=True)
    assert "which is not confirmed: confirm it anew" in answer.content.decode()
    assert marks("wren-2") == NOT
    assert lead.post(change(person), sent).status_code == 302
    assert marks("wren-2") == CONFIRMED
    listed = {
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": person.pk, "form-0-github_login": "wren-3",
        "form-0-slack_user_id": "", "_save": "Save",
    }  # fmt: skip
    assert lead.post(changelist(Person), listed).status_code == 302
    assert marks("wren-3") == NOT


@pytest.mark.django_db(transaction=True)
def test_claims_follow_at_once(lead: Client) -> None:
    Team.objects.create(name="acme/web", members_known=True).set_members(["wren", "finch"])
    timeline = (item("review_requested", 1, "heron", "acme/web"),)
    seen = builders.snapshot(review_requests=(asked("acme/web"),), timeline=timeline)
    record(builders.repository(), [seen], now=at(2), first_look=True)
    wren = builders.user("wren")
    claims.claim(wren, PullRequest.objects.get())
    settled = ReviewRequest.objects.values_list("settled", flat=True)
    assert settled.get() is None
    run(lead, Person, "confirm", wren.person)
    assert settled.get() == "taken"
    lead.post(change(wren.person), form(wren.person, github_login="lark", github_login_confirmed="on"))
    assert settled.get() is None


def test_the_profile_says_whether_it_is_confirmed(lead: Client, browser_of: Callable[[Any], Client]) -> None:
    wren = builders.user("wren")
    page = browser_of(wren)
    assert "Unconfirmed:" in page.get("/profile").content.decode()
    run(lead, Person, "confirm", wren.person)
    said = page.get("/profile").content.decode()
    assert "Confirmed as yours by boss" in said
    assert "Unconfirmed:" not in said


def test_who_types_a_login_that_a_lead_had_entered_is_not_confirmed_by_that(page: Client, heron: Any) -> None:
    Person.objects.create(github_login="lark", github_login_confirmed=True, github_login_confirmed_by="boss")
    Person.objects.filter(user=heron).delete()
    claiming_lark = {"github_login": "lark", "working_days": ["1"], "working_start": "09:00", "working_end": "18:00"}
    page.post("/profile", {**claiming_lark, "digest_hour": "9", "time_zone": "UTC"})
    person = Person.objects.get(user=heron)
    assert (person.github_login, person.github_login_confirmed, person.github_login_confirmed_by) == ("lark", False, "")
