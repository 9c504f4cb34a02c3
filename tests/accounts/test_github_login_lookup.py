"""A GitHub login is somebody: GitHub is asked, on the profile, in the API and in the admin."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from monitor import tasks
from monitor.accounts import github_login_lookup
from monitor.accounts.team_leads import GROUP
from monitor.background import schedules
from monitor.demo import DemoServer
from monitor.models import Person
from tests import builders
from tests.api.conftest import Caller, code_of
from tests.demo_github import DemoGitHub, World
from tests.pages.test_dashboard import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("token", "counted_alone")]
HOURS = {"working_days": ["1"], "working_start": "09:00", "working_end": "18:00"}


@pytest.fixture
def counted_alone(settings: Any, request: pytest.FixtureRequest) -> None:
    """Each test counts its questions in a cache of its own."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": request.node.nodeid}}


@pytest.fixture
def lead(browser_of: Callable[[Any], Client]) -> Client:
    """A team lead's browser."""
    user = builders.user("wren", is_staff=True)
    user.groups.add(Group.objects.get(name=GROUP))
    return browser_of(user)


def save(page: Client, login: str) -> Any:
    return page.post("/profile", {**HOURS, "github_login": login}, follow=True)


def login_of(user: Any) -> str | None:
    return Person.objects.values_list("github_login", flat=True).get(user=user)


def asked(github: DemoGitHub) -> int:
    return len(github.asked("Accounts"))


def away(github: DemoGitHub) -> None:
    """GitHub answers with a page that says it is down."""
    github.faults.bad_gateway(503)


# the page


def test_an_unknown_login_is_refused_in_words(page: Client, heron: Any) -> None:
    answer = save(page, "nobody-here")
    assert answer.status_code == 422
    assert "GitHub knows no user “nobody-here”" in text(answer)
    assert login_of(heron) == "heron"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("acme", "is an organization"), ("dependabot", "knows no user"), ("dependabot[bot]", "is a bot")],
)
def test_organizations_and_bots_are_no_people(page: Client, heron: Any, world: World, typed: str, said: str) -> None:
    world.account("dependabot", "Bot")
    answer = save(page, typed)
    assert answer.status_code == 422
    assert said in text(answer)
    assert login_of(heron) == "heron"


def test_a_login_is_kept_as_github_spells_it(page: Client, heron: Any, world: World) -> None:
    world.add_user("OctoLark")
    assert "Profile saved" in text(save(page, "@octolark"))
    assert login_of(heron) == "OctoLark"
    assert "GitHub knows this login" in text(page.get("/profile"))


def test_github_being_away_holds_nobody_up_and_is_said(page: Client, heron: Any, github: DemoGitHub) -> None:
    away(github)
    answer = save(page, "finch")
    assert "could not be checked" in text(answer)
    assert "GitHub answers 503" in text(answer)
    assert login_of(heron) == "finch"
    assert "Not checked on GitHub yet" in text(page.get("/profile"))


def test_what_could_not_be_checked_is_checked_later(page: Client, heron: Any, github: DemoGitHub, world: World) -> None:
    world.add_user("Finch")
    away(github)
    save(page, "finch")
    assert schedules.Schedule.objects.get(name=schedules.LOGINS).next_run <= timezone.now()
    github.faults.clear()
    assert tasks.logins() == 1
    assert login_of(heron) == "Finch"
    assert "GitHub knows this login" in text(page.get("/profile"))
    assert tasks.logins() == 0


def test_what_turns_out_to_be_nobody_is_said_and_not_asked_for_ever(
    page: Client, heron: Any, github: DemoGitHub
) -> None:
    away(github)
    save(page, "nobody-here")
    github.faults.clear()
    assert tasks.logins() == 1
    for address in ("/profile", "/"):
        assert "GitHub knows no user “nobody-here”" in text(page.get(address))
    assert tasks.logins() == 0
    Person.objects.update(github_login_checked_at=timezone.now() - timedelta(days=2))
    assert tasks.logins() == 1


def test_it_is_checked_again_when_the_page_is_saved_again(
    page: Client, heron: Any, github: DemoGitHub, world: World
) -> None:
    away(github)
    save(page, "finch")
    github.faults.clear()
    assert save(page, "finch").status_code == 422
    world.add_user("Finch")
    assert save(page, "finch").status_code == 200
    assert login_of(heron) == "Finch"


def test_github_stays_away_a_while_longer(heron: Any, github: DemoGitHub) -> None:
    away(github)
    assert tasks.logins() == 0
    row = Person.objects.get(user=heron)
    assert (row.github_login_checked_at, row.github_login_message) == (None, "GitHub answers 503.")
    assert schedules.Schedule.objects.get(name=schedules.LOGINS).next_run <= timezone.now() + timedelta(minutes=2)


@pytest.mark.parametrize(("ours", "why"), [("", "GitHub cannot be asked."), ("expired", "Bad credentials.")])
def test_without_a_credential_that_serves_here_the_workers_check(
    page: Client, heron: Any, settings: Any, ours: str, why: str
) -> None:
    settings.GITHUB_TOKEN = ours
    said = text(save(page, "finch"))
    assert "could not be checked" in said
    assert f"{why} It is checked again by itself." in said
    assert login_of(heron) == "finch"


def test_github_is_asked_once_for_what_is_known(page: Client, heron: Any, github: DemoGitHub, world: World) -> None:
    world.add_user("finch")
    for _ in range(3):
        save(page, "finch")
    assert asked(github) == 1


@pytest.mark.slow
def test_nobody_makes_us_ask_without_end(page: Client, heron: Any, github: DemoGitHub) -> None:
    for number in range(github_login_lookup.QUESTIONS_PER_MINUTE + 5):
        answer = save(page, f"guess-{number}")
    assert asked(github) == github_login_lookup.QUESTIONS_PER_MINUTE
    assert "many logins" in text(answer)
    assert login_of(heron) == f"guess-{github_login_lookup.QUESTIONS_PER_MINUTE + 4}"


def test_a_login_of_somebody_else_is_told_without_asking(page: Client, heron: Any, github: DemoGitHub) -> None:
    builders.user("lark")
    assert "belongs to somebody else" in text(save(page, "lark"))
    assert asked(github) == 0


@pytest.mark.slow
def test_a_github_that_does_not_answer_is_not_waited_for_long(
    page: Client, heron: Any, github: DemoGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(github_login_lookup, "PATIENCE_SECONDS", 1)
    with github.faults.hold(only="Accounts"):
        assert "did not answer within 1 second" in text(save(page, "finch"))


# the API


def test_the_api_refuses_unknown_logins_with_the_field(world: World, github: DemoGitHub) -> None:
    api = Caller(builders.user("heron"))
    for login in ("nobody-here", "acme"):
        answer = api.patch("/me", {"github_login": login, "country": "SE"})
        assert code_of(answer) == (422, "invalid")
        assert [detail["field"] for detail in answer.json()["error"]["details"]] == ["github_login"]
    world.add_user("OctoLark")
    assert api.patch("/me", {"github_login": "octolark"}).json()["github_login"] == "OctoLark"
    assert api.read("/me")["country"] is None
    away(github)
    assert api.patch("/me", {"github_login": "finch"}).json()["github_login"] == "finch"


def test_an_enterprise_server_is_asked_too(world: World, settings: Any) -> None:
    world.add_user("OctoLark")
    api = Caller(builders.user("heron"))
    with DemoServer(world, enterprise=True) as server:
        settings.GITHUB_API_URL = server.url
        assert api.patch("/me", {"github_login": "octolark"}).json()["github_login"] == "OctoLark"
        assert code_of(api.patch("/me", {"github_login": "nobody-here"})) == (422, "invalid")


# the admin


def person_page(row: Person) -> str:
    return reverse("admin:monitor_person_change", args=(row.pk,))


def person_form(lead: Client, row: Person) -> dict[str, Any]:
    form = lead.get(person_page(row)).context["adminform"].form
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_the_admin_asks_too(lead: Client, heron: Any, github: DemoGitHub, world: World) -> None:
    world.add_user("OctoLark")
    sent = person_form(lead, heron.person)
    answer = lead.post(person_page(heron.person), {**sent, "github_login": "nobody-here"})
    assert "GitHub knows no user “nobody-here”" in answer.content.decode()
    assert lead.post(person_page(heron.person), {**sent, "github_login": "octolark"}).status_code == 302
    assert login_of(heron) == "OctoLark"
    away(github)
    said = lead.post(person_page(heron.person), {**sent, "github_login": "finch"}, follow=True).content.decode()
    assert "could not be checked" in said
    assert login_of(heron) == "finch"


def test_so_does_the_page_of_an_account(lead: Client, heron: Any, world: World) -> None:
    world.add_user("OctoLark")
    address = reverse("admin:auth_user_change", args=(heron.pk,))
    form = {"username": "heron", "is_active": "on", "date_joined_0": "2026-03-02", "date_joined_1": "09:00:00"}
    answer = lead.post(address, {**form, "github_login": "nobody-here"})
    assert "GitHub knows no user “nobody-here”" in answer.content.decode()
    assert lead.post(address, {**form, "github_login": "octolark"}).status_code == 302
    assert login_of(heron) == "OctoLark"


def test_a_list_of_people_asks_for_the_changed_lines_only(
    lead: Client, heron: Any, github: DemoGitHub, world: World
) -> None:
    address = reverse("admin:monitor_person_changelist")
    formset = lead.get(address).context["cl"].formset
    sent: dict[str, Any] = {field.html_name: field.value() for field in formset.management_form}
    for form in formset.forms:
        sent |= {field.html_name: field.value() or "" for field in form}
    [line] = [
        name.removesuffix("-id") for name, value in sent.items() if name.endswith("-id") and value == heron.person.pk
    ]
    sent |= {"_save": "Save", f"{line}-slack_user_id": "U0HERON"}
    assert lead.post(address, sent).status_code == 302
    assert asked(github) == 0
    assert lead.post(address, sent | {f"{line}-github_login": "nobody-here"}).status_code == 200
    assert asked(github) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page_of", ["person", "account", "repository"])
def test_the_database_is_free_while_github_is_asked(lead: Client, heron: Any, github: DemoGitHub, page_of: str) -> None:
    # Django's admin checks and saves forms in one transaction, which on SQLite keeps every other writer waiting.
    form: dict[str, Any]
    if page_of == "person":
        address, form = person_page(heron.person), person_form(lead, heron.person) | {"github_login": "finch"}
    elif page_of == "account":
        address = reverse("admin:auth_user_change", args=(heron.pk,))
        form = {"username": "heron", "is_active": "on", "date_joined_0": "2026-03-02", "date_joined_1": "09:00:00"}
        form |= {"github_login": "finch"}
    else:
        address, form = reverse("admin:monitor_repository_add"), {"full_name": "acme/web"}
    written = threading.Event()

    def post() -> None:
        lead.post(address, form)
        connection.close()

    def write() -> None:
        Person.objects.filter(user=heron).update(country="SE")
        written.set()
        connection.close()

    with github.faults.hold(only=lambda request: request.operation in {"Accounts", "Resolve"}) as gate:
        threads = [threading.Thread(target=work) for work in (post, write)]
        threads[0].start()
        assert gate.reached.wait(10)
        threads[1].start()
        assert written.wait(3)
    for thread in threads:
        thread.join(20)
