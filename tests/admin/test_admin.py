"""The admin, as a team lead and as a superuser use it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from monitor.accounts.team_leads import GROUP, write_group
from monitor.models import (
    ApiToken,
    Event,
    Heartbeat,
    Involvement,
    Person,
    PullRequest,
    Repository,
    ReviewRequest,
    Subscription,
    Team,
)
from monitor.queries import viewer_for
from monitor.recording.recorder import record
from tests import builders
from tests.demo_github import DemoGitHub

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(browser_of: Callable[[Any], Client]) -> Client:
    """A team lead's browser: staff, and in the group that migrate writes."""
    user = builders.user("wren", is_staff=True)
    user.groups.add(Group.objects.get(name=GROUP))
    return browser_of(user)


@pytest.fixture
def chief(browser_of: Callable[[Any], Client]) -> Client:
    """A superuser's browser."""
    return browser_of(builders.user("chief", is_staff=True, is_superuser=True))


def changelist(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def change(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=(row.pk,))


def run(client: Client, model: Any, action: str, *rows: Any) -> Any:
    """Runs an action of the list on rows, and follows to the list."""
    sent = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(changelist(model), sent, follow=True)


OURS = list(apps.get_app_config("monitor").get_models())


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_has_a_list_that_a_lead_can_search(model: Any, lead: Client) -> None:
    assert admin.site.is_registered(model)
    assert admin.site._registry[model].list_display != ("__str__",)
    search = {"q": "1"} if admin.site._registry[model].search_fields else {}
    assert lead.get(changelist(model), search).status_code == 200


def test_every_row_opens(lead: Client, web: Repository, record: Callable[..., list[int]]) -> None:
    record(web, builders.snapshot(1, title="<script>alert(1)</script>", review_requests=(builders.asked("plover"),)))
    pull = PullRequest.objects.get()
    for row in (web, pull, Event.objects.get(), pull.requests.get(), pull.involvements.first()):
        answer = lead.get(change(row))
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content


def test_lists_take_the_same_queries_for_many_rows(
    lead: Client, web: Repository, record: Callable[..., list[int]], django_assert_max_num_queries: Any
) -> None:
    record(web, *(builders.snapshot(number, author="plover") for number in range(1, 30)))
    for model in (Repository, PullRequest, Event, Subscription):
        with django_assert_max_num_queries(16):
            assert lead.get(changelist(model)).status_code == 200


def test_events_and_snapshots_cannot_be_written_even_by_superusers(
    chief: Client, web: Repository, record: Callable[..., list[int]]
) -> None:
    record(web, builders.snapshot(1))
    for row in (PullRequest.objects.get(), Event.objects.get()):
        assert chief.post(change(row), {"title": "changed"}).status_code == 403
        assert chief.post(change(row).replace("change", "delete"), {"post": "yes"}).status_code == 403
        assert chief.get(changelist(type(row)) + "add/").status_code == 403


def test_look_now_pause_and_resume(lead: Client, web: Repository) -> None:
    Repository.objects.update(next_poll_at=builders.at(60 * 24 * 365 * 10))
    assert "1 paused" in run(lead, Repository, "pause", web).content.decode()
    web.refresh_from_db()
    assert web.paused
    run(lead, Repository, "resume", web)
    web.refresh_from_db()
    assert not web.paused
    Repository.objects.update(next_poll_at=builders.at(60 * 24 * 365 * 10))
    assert "looked at now" in run(lead, Repository, "look_now", web).content.decode()
    web.refresh_from_db()
    assert web.next_poll_at < builders.at(60 * 24 * 365 * 9)


def test_a_repository_is_added_by_name_after_a_look_at_github(lead: Client, github: DemoGitHub, settings: Any) -> None:
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = github.url, "demo"
    group = Group.objects.create(name="Vault people")
    page = reverse("admin:monitor_repository_add")
    answer = lead.post(
        page, {"full_name": "https://github.com/ACME/Vault/pulls", "shared_with": [group.pk]}, follow=True
    )
    assert answer.redirect_chain, answer.content.decode()
    added = Repository.objects.get()
    assert (added.full_name, added.private, list(added.shared_with.all())) == ("acme/vault", True, [group])
    for name, said in (
        ("acme/nothing", "was not found"),
        ("acme/vault", "is here already"),
        ("nonsense", "owner/name"),
    ):
        assert said in lead.post(page, {"full_name": name}).content.decode()
    assert Repository.objects.count() == 1


def test_changing_a_repository_writes_only_what_people_decide(lead: Client, web: Repository) -> None:
    group = Group.objects.create(name="Web people")
    sent = {"paused": "on", "shared_with": [group.pk], "full_name": "evil/name", "status": "inaccessible"}
    assert lead.post(change(web), sent).status_code == 302
    web.refresh_from_db()
    assert (web.paused, web.full_name, web.status, web.shared_with.get()) == (True, "acme/web", "ok", group)


def test_whether_enough_approvals_end_requests_is_decided_for_each_repository(lead: Client, web: Repository) -> None:
    """A change is an event of each pull request whose turns differ; other repositories stay as they are."""
    other = builders.repository("acme/other", enough_approvals_end_requests=False)
    for repo in (web, other):
        pull = builders.snapshot(
            1,
            node_id=f"PR_of_{repo.pk}",
            author="lark",
            review_requests=(builders.asked("plover"),),
            reviews=(builders.review("heron", "approved", 3),),
            timeline=(
                builders.item("review_requested", 1, "lark", "plover"),
                builders.item("reviewed", 3, "heron", "approved"),
            ),
            merging=builders.merging(decision="approved"),
        )
        record(repo, [pull], now=builders.at(4))
    before = Event.objects.count()
    asked = web.pull_requests.get().requests.get()
    assert codes(web) == ["ready_to_merge"]
    page = lead.get(change(web)).content.decode()
    assert "Once GitHub counts a pull request as approved, nobody else who was asked before is waited for." in page
    answer = lead.post(change(web), {}, follow=True)
    assert "1 open pull request worked out again." in answer.content.decode()
    assert codes(web) == ["review_requested", "ready_to_merge"]
    assert codes(other) == ["review_requested", "ready_to_merge"]
    again = web.pull_requests.get().requests.get()
    assert (again.asked_at, again.settled) == (asked.asked_at, None)
    (event,) = Event.objects.order_by("id")[before:]
    assert ([one["kind"] for one in event.changes], event.repository) == (["turn_changed"], web)
    assert "worked out again" not in lead.post(change(web), {}, follow=True).content.decode()
    lead.post(change(other), {"enough_approvals_end_requests": "on"})
    assert codes(other) == ["ready_to_merge"]


def codes(repository: Repository) -> list[str]:
    """What the turns of the repository's only pull request are about."""
    return [turn["code"] for turn in json.loads(repository.pull_requests.get().document)["turn"]]


def test_logins_and_slack_ids_are_mapped_in_the_list(lead: Client) -> None:
    one, two = Person.objects.create(github_login="finch"), Person.objects.create(github_login="lark")
    rows = {row.pk: place for place, row in enumerate(Person.objects.order_by("-pk"))}
    sent: dict[str, Any] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for row in Person.objects.all():
        place = rows[row.pk]
        sent |= {
            f"form-{place}-id": row.pk,
            f"form-{place}-github_login": row.github_login,
            f"form-{place}-slack_user_id": "",
        }
    sent |= {f"form-{rows[one.pk]}-slack_user_id": "U0FINCH", f"form-{rows[two.pk]}-github_login": "FINCH"}
    assert lead.post(changelist(Person), sent).status_code == 200  # a login belongs to one person
    assert Person.objects.get(pk=two.pk).github_login == "lark"
    sent |= {f"form-{rows[two.pk]}-github_login": "lark"}
    assert lead.post(changelist(Person), sent).status_code == 302
    assert Person.objects.get(pk=one.pk).slack_user_id == "U0FINCH"


def test_tokens_are_revoked_and_never_shown(lead: Client, heron: Any) -> None:
    token, text = ApiToken.create_for(heron, "desk lamp")
    for answer in (lead.get(changelist(ApiToken)), lead.get(change(token)), run(lead, ApiToken, "revoke", token)):
        assert token.digest not in answer.content.decode()
        assert text not in answer.content.decode()
    token.refresh_from_db()
    assert token.revoked_at
    assert lead.get(reverse("admin:monitor_apitoken_add")).status_code == 403


def test_the_queue_is_for_superusers(lead: Client, chief: Client) -> None:
    user = User.objects.get(username="wren")
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="django_q"))
    assert "django_q" not in lead.get(reverse("admin:index")).content.decode()
    queue = [model for model in apps.get_app_config("django_q").get_models() if admin.site.is_registered(model)]
    assert queue
    for model in queue:
        assert lead.get(changelist(model)).status_code == 403
        assert chief.get(changelist(model)).status_code == 200


def test_a_lead_adds_people_but_makes_no_superuser(lead: Client) -> None:
    strong = Group.objects.create(name="Strong")
    strong.permissions.add(Permission.objects.get(codename="delete_user"))
    web_people = Group.objects.create(name="Web people")
    sent = {"username": "finch", "password1": "a-long-one-42", "password2": "a-long-one-42", "usable_password": "true"}
    assert lead.post(reverse("admin:auth_user_add"), sent).status_code == 302
    finch = User.objects.get(username="finch")
    joined = {"date_joined_0": "2026-03-02", "date_joined_1": "09:00:00"}
    form = {"username": "finch", "is_active": "on", "is_superuser": "on", "groups": [web_people.pk], **joined}
    assert lead.post(change(finch), {**form, "user_permissions": [1]}).status_code == 302
    finch.refresh_from_db()
    assert (finch.is_superuser, finch.user_permissions.count(), finch.groups.get()) == (False, 0, web_people)
    lead.post(change(finch), {**form, "groups": [strong.pk]})
    assert finch.groups.get() == web_people


def test_a_lead_changes_nobody_stronger(lead: Client, chief: Client) -> None:
    above = User.objects.get(username="chief")
    password = reverse("admin:auth_user_password_change", args=(above.pk,))
    assert lead.post(change(above), {"username": "mine"}).status_code == 403
    assert lead.post(password, {"password1": "a-long-one-42", "password2": "a-long-one-42"}).status_code == 403
    strong = Group.objects.create(name="Strong")
    strong.permissions.add(Permission.objects.get(codename="delete_user"))
    assert lead.post(change(strong), {"name": "Weak"}).status_code == 403
    assert chief.get(change(above)).status_code == 200


def test_the_group_of_leads_stays_as_people_left_it() -> None:
    group = Group.objects.get(name=GROUP)
    assert group.permissions.filter(codename="change_repository").exists()
    assert not group.permissions.filter(content_type__app_label="django_q").exists()
    group.permissions.clear()
    write_group()
    assert not group.permissions.exists()


def test_the_admin_says_whose_it_is_and_that_it_is_a_demo(chief: Client, client: Client, settings: Any) -> None:
    assert "DEMO" not in chief.get("/admin/").content.decode()
    settings.DEMO = True
    for answer in (chief.get("/admin/"), client.get("/admin/login/")):
        said = answer.content.decode()
        assert "DEMO" in said
        assert "prmonitor</a>" in said


def test_the_admin_door_counts_tries_too(client: Client) -> None:
    builders.user("chief", is_staff=True, is_superuser=True)
    for _ in range(5):
        client.post("/admin/login/", {"username": "chief", "password": "wrong"})
    answer = client.post("/admin/login/", {"username": "chief", "password": "the-password-of-chief"})
    assert "Too many tries" in answer.content.decode()


def team_form(team: Team | None, *logins: str, **fields: str) -> dict[str, Any]:
    """What the form of a team sends: its fields, and members beside those it has."""
    had = list(team.memberships.all()) if team else []
    sent = {"memberships-INITIAL_FORMS": str(len(had)), "memberships-TOTAL_FORMS": str(len(had) + len(logins))}
    for at, member in enumerate(had):
        sent |= {f"memberships-{at}-id": str(member.pk), f"memberships-{at}-login": member.login}
    for at, login in enumerate(logins, start=len(had)):
        sent[f"memberships-{at}-login"] = login
    return {**sent, **fields}


def test_members_kept_by_hand_have_their_turn_at_once(
    lead: Client, web: Repository, record: Callable[..., list[int]]
) -> None:
    record(web, builders.snapshot(review_requests=(builders.asked("acme/ui"),)))
    sent = team_form(None, "@Finch", "wren", name="acme/ui", by_hand="on")
    assert lead.post(reverse("admin:monitor_team_add"), sent).status_code == 302
    team = Team.objects.get()
    assert set(team.memberships.values_list("login", flat=True)) == {"finch", "wren"}
    turns = json.loads(PullRequest.objects.get().document)["turn"]
    assert [turn["login"] for turn in turns] == ["finch", "wren"]
    assert viewer_for(builders.user("finch")).teams == {"acme/ui"}


def test_a_team_that_is_not_kept_by_hand_is_read_from_github(lead: Client) -> None:
    lead.post(reverse("admin:monitor_team_add"), team_form(None, name="acme/ui"))
    team = Team.objects.get()
    assert team.next_check_at is not None
    assert team.next_check_at <= timezone.now()
    Team.objects.update(by_hand=True, next_check_at=None)
    lead.post(change(team), team_form(team, name="acme/ui"))
    team.refresh_from_db()
    assert team.next_check_at is not None


def test_a_login_may_be_written_as_people_mention_it(lead: Client) -> None:
    sent = {"github_login": " @Finch", "working_days": "[1]", "working_start": "9:00"}
    answer = lead.post(reverse("admin:monitor_person_add"), sent | {"working_end": "18:00"})
    assert answer.status_code == 302
    assert Person.objects.get(github_login="Finch").user is None


def sections(client: Client) -> dict[str, list[str]]:
    """The headings of the first page, with what stands below each."""
    listed = client.get("/admin/").context["app_list"]
    return {section["name"]: [model["object_name"] for model in section["models"]] for section in listed}


def test_the_first_page_begins_with_what_leads_come_for(lead: Client, chief: Client) -> None:
    seen = sections(lead)
    assert list(seen) == ["Repositories and people", "What happened", "GitHub"]
    assert next(iter(seen.values()))[:3] == ["Repository", "Subscription", "SavedView"]
    everything = [name for names in sections(chief).values() for name in names]
    assert sorted(everything) == sorted(model.__name__ for model in admin.site._registry)
    assert list(sections(chief))[-1] == "Background tasks"


def test_internal_tables_stand_on_a_superusers_first_page_and_not_on_a_leads(lead: Client, chief: Client) -> None:
    internal = {"EventSequence", "Heartbeat", "Involvement", "Ownership", "SignInTries", "Reader"}
    assert internal <= set(sections(chief)["Kept by the program"])
    for address in ("/admin/", "/admin/monitor/"):
        listed = lead.get(address).context["app_list"]
        names = {model["object_name"] for section in listed for model in section["models"]}
        assert "Repository" in names
        assert not names & internal
    assert lead.get(changelist(Heartbeat)).status_code == 200, "a link to such a table still leads somewhere"


def test_one_page_gives_an_account_its_github_login(lead: Client) -> None:
    Person.objects.create(github_login="finch", slack_user_id="U0FINCH")
    finch = User.objects.create_user("finch")
    form = {"username": "finch", "is_active": "on", "date_joined_0": "2026-03-02", "date_joined_1": "09:00:00"}
    assert lead.post(change(finch), {**form, "github_login": "@Finch"}).status_code == 302
    assert Person.objects.get(user=finch).slack_user_id == "U0FINCH"
    assert b'value="Finch"' in lead.get(change(finch)).content
    for refused in ("a b", "WREN"):
        assert lead.post(change(finch), {**form, "github_login": refused}).status_code == 200
    Person.objects.update(github_login_confirmed=True)
    assert lead.post(change(finch), {**form, "github_login": "lark"}).status_code == 302
    assert Person.objects.get(user=finch).github_login == "Finch"


@pytest.mark.parametrize("chosen_in_the_list", [False, True])
def test_a_repository_is_deleted_without_a_look_at_each_row_below(
    chief: Client, web: Repository, record: Callable[..., list[int]], chosen_in_the_list: bool
) -> None:
    """With thousands of pull requests the page would be megabytes, and the deletion would read them all."""
    Team.objects.create(name="acme/core", members_known=True).set_members(["wren"])
    record(web, *(builders.snapshot(number, review_requests=(builders.asked("acme/core"),)) for number in range(1, 21)))
    path, form = change(web).replace("change", "delete"), {}
    if chosen_in_the_list:
        path = reverse("admin:monitor_repository_changelist")
        form = {"action": "delete_selected", "_selected_action": [web.pk]}
    asks = chief.post(path, form) if form else chief.get(path)
    assert "acme/web#7" not in asks.content.decode()
    assert "20" in asks.content.decode()
    with CaptureQueriesContext(connection) as queries:
        assert chief.post(path, {**form, "post": "yes"}).status_code == 302
    assert len(queries) < 60
    assert not [one["sql"] for one in queries if '"document"' in one["sql"]]
    assert not any(model.objects.exists() for model in (Repository, PullRequest, Involvement, ReviewRequest, Event))


def test_a_repository_is_deleted_with_all_that_hangs_below(
    chief: Client, web: Repository, heron: Any, record: Callable[..., list[int]]
) -> None:
    record(web, builders.snapshot(1))
    assert chief.post(change(web).replace("change", "delete"), {"post": "yes"}).status_code == 302
    assert not Repository.objects.exists()
    assert not PullRequest.objects.exists()


def test_dead_spots_are_found(lead: Client, web: Repository, record: Callable[..., list[int]]) -> None:
    record(web, builders.snapshot(1), builders.snapshot(2, draft=True))
    alone = {"dead_spots": "only"}
    assert "0 pull requests" in lead.get(changelist(PullRequest), alone).content.decode()
    assert "nobody’s turn" not in lead.get("/admin/").content.decode()
    row = PullRequest.objects.get(number=2)
    row.document = json.dumps({**json.loads(row.document), "waits_for": None}, separators=(",", ":"))
    row.save(update_fields=["document"])
    found = lead.get(changelist(PullRequest), alone).content.decode()
    assert "acme/web#2" in found
    assert "acme/web#1" not in found
    index = lead.get("/admin/").content.decode()
    assert "1 open pull request is nobody’s turn" in index
    assert '<a href="/admin/monitor/pullrequest/?dead_spots=only">See which</a>' in index
