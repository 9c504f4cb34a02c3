"""The profile page: login, working time, API tokens, password, and browser settings."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from monitor.accounts.github_login_confirmation import confirm
from monitor.models import ApiToken, Person
from tests import builders
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
WHOLE = {
    "github_login": "@Lark",
    "time_zone": "Europe/Lisbon",
    "country": "PT",
    "working_days": ["1", "2", "7"],
    "working_start": "08:30",
    "working_end": "16:00",
    "slack_user_id": "U0HERON",
}


def test_everything_is_saved(page: Client, heron: Any) -> None:
    assert "Profile saved" in text(page.post("/profile", WHOLE, follow=True))
    person = Person.objects.get(user=heron)
    assert (person.github_login, person.time_zone, person.country, person.slack_user_id) == (
        "Lark", "Europe/Lisbon", "PT", "U0HERON",
    )  # fmt: skip
    assert (person.working_days, person.slack) == ([1, 2, 7], False)


def test_the_digest_has_a_switch_and_an_hour(page: Client, heron: Any) -> None:
    Person.objects.filter(user=heron).update(digest=False, digest_hour=21)
    assert '<option value="21" selected>21:00</option>' in page.get("/profile").content.decode()
    page.post("/profile", {**WHOLE, "digest": "on", "digest_hour": "7"})
    person = Person.objects.get(user=heron)
    assert (person.digest, person.digest_hour) == (True, 7)
    page.post("/profile", WHOLE)
    person.refresh_from_db()
    assert (person.digest, person.digest_hour) == (False, 7), "a form without an hour leaves it"
    assert page.post("/profile", {**WHOLE, "digest_hour": "24"}).status_code == 422


def test_a_login_has_one_owner(page: Client, heron: Any) -> None:
    builders.user("lark")
    answer = page.post("/profile", WHOLE)
    assert answer.status_code == 422
    assert "belongs to somebody else" in text(answer)
    assert Person.objects.get(user=heron).github_login == "heron"


def test_an_absence_is_whole_days_where_the_person_is(page: Client, heron: Any) -> None:
    days = {"time_zone": "Asia/Tokyo", "away_from": "2999-03-02", "away_until": "2999-03-09", "away_note": "Lisbon"}
    answer = page.post("/profile", {**shown_form(page), **days}, follow=True)
    assert "Profile saved." in text(answer)
    person = Person.objects.get(user=heron)
    assert (f"{person.away_from:%d %H:%M}", f"{person.away_until:%d %H:%M}") == ("01 15:00", "08 15:00")
    sent = shown_form(page)
    assert (str(sent["away_from"]), str(sent["away_until"]), sent["away_note"]) == (
        "2999-03-02",
        "2999-03-09",
        "Lisbon",
    )
    page.post("/profile", {**sent, "away_from": "", "away_until": "", "away_note": ""})
    assert Person.objects.get(user=heron).away_until is None


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"away_from": "2999-03-02"}, "An absence has a first day and a day on which you are back."),
        ({"away_until": "2999-03-02"}, "An absence has a first day and a day on which you are back."),
        ({"away_from": "2999-03-02", "away_until": "2999-03-02"}, "You are back after the first day away."),
        ({"limit_hours": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_no_absence_and_no_limit_can_be(page: Client, heron: Any, days: dict[str, str], words: str) -> None:
    answer = page.post("/profile", {**shown_form(page), **days})
    assert answer.status_code == 422
    assert words in text(answer)


PREPARED: dict[str, Any] = {
    "github_login": "LARK",
    "slack_user_id": "U0LARK",
    "time_zone": "Asia/Tokyo",
    "working_days": [1, 2],
    "working_start": time(20),
    "working_end": time(23),
    "country": "JP",
    "slack": False,
    "digest": False,
    "digest_hour": 21,
}


def test_what_was_prepared_for_a_login_waits_until_it_is_confirmed(page: Client, heron: Any) -> None:
    Person.objects.create(github_login="LARK", slack_user_id="U0LARK")
    page.post("/profile", {**WHOLE, "slack_user_id": ""}, follow=True)
    assert Person.objects.get(user=heron).github_login == "Lark"
    assert Person.objects.get(user=heron).slack_user_id == ""
    assert Person.objects.get(user=None).slack_user_id == "U0LARK"
    vouch_for(heron)
    assert Person.objects.get().slack_user_id == "U0LARK"


def vouch_for(user: Any) -> None:
    confirm(Person.objects.filter(user=user), by="boss", now=timezone.now())


def test_a_slack_id_of_somebody_else_is_refused_in_words(page: Client, heron: Any) -> None:
    Person.objects.create(github_login="finch", slack_user_id="U0HERON")
    answer = page.post("/profile", WHOLE)
    assert answer.status_code == 422
    assert 'The Slack id "U0HERON" belongs to somebody else here. Your team lead can change that.' in text(answer)
    assert Person.objects.get(user=heron).github_login == "heron"


def shown_form(page: Client) -> dict[str, Any]:
    """What the browser would send if nothing on the page were changed."""
    answer = page.get("/profile")
    form = answer.context["form"]
    sent = {field.html_name: field.value() for field in form}
    sent |= {name: f"{sent[name]:%H:%M}" for name in ("working_start", "working_end")}
    return {name: value for name, value in sent.items() if value not in (None, False)}


def test_all_that_was_prepared_for_a_login_stays(page: Client, heron: Any) -> None:
    Person.objects.create(**PREPARED)
    sent = shown_form(page)
    page.post("/profile", {**sent, "github_login": "lark", "country": "PT"}, follow=True)
    vouch_for(heron)
    row = Person.objects.values().get()
    assert {name: row[name] for name in PREPARED} == {**PREPARED, "github_login": "lark", "country": "PT"}


def test_one_s_own_entries_stay_too(page: Client, heron: Any) -> None:
    Person.objects.filter(user=heron).update(slack_user_id="U0HERON", time_zone="Europe/Lisbon")
    Person.objects.create(**PREPARED)
    page.post("/profile", {**shown_form(page), "github_login": "lark"}, follow=True)
    vouch_for(heron)
    person = Person.objects.get()
    assert (person.slack_user_id, person.time_zone, person.country) == ("U0HERON", "Europe/Lisbon", "JP")


def test_what_was_seen_and_cleared_is_empty(page: Client, heron: Any) -> None:
    Person.objects.filter(user=heron).update(slack_user_id="U0HERON")
    Person.objects.create(**PREPARED)
    page.post("/profile", {**shown_form(page), "github_login": "lark", "slack_user_id": ""}, follow=True)
    assert Person.objects.get(user=heron).slack_user_id == ""


def test_what_somebody_else_entered_meanwhile_stays(page: Client, heron: Any) -> None:
    sent = shown_form(page)
    Person.objects.filter(user=heron).update(slack_user_id="U0HERON", slack=False)
    page.post("/profile", {**sent, "country": "PT"}, follow=True)
    person = Person.objects.get(user=heron)
    assert (person.slack_user_id, person.slack, person.country) == ("U0HERON", False, "PT")


def test_hours_that_somebody_else_changed_meanwhile_may_not_fit(page: Client, heron: Any) -> None:
    sent = shown_form(page)
    Person.objects.filter(user=heron).update(working_start=time(17))
    answer = page.post("/profile", {**sent, "working_end": "16:00"})
    assert answer.status_code == 422
    assert "ends after it starts" in text(answer)


def test_a_confirmed_login_stays(page: Client, heron: Any) -> None:
    Person.objects.update(github_login_confirmed=True)
    page.post("/profile", WHOLE)
    assert Person.objects.get(user=heron).github_login == "heron"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("github_login", "no login"),
        ("time_zone", "Mars/Base"),
        ("country", "XX"),
        ("working_days", ["8"]),
        ("working_end", "08:00"),
        ("slack_user_id", "U" * 99),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_saved(page: Client, heron: Any, field: str, value: Any) -> None:
    answer = page.post("/profile", {**WHOLE, field: value})
    assert answer.status_code == 422
    assert 'class="err"' in answer.content.decode()
    assert Person.objects.get(user=heron).github_login == "heron"


def test_times_are_the_readers(page: Client, heron: Any, web: Any, record: Callable[..., list[int]]) -> None:
    record(web, builders.snapshot(1))
    assert ">09:00<" in page.get("/pull-requests/acme/web/1").content.decode()
    Person.objects.filter(user=heron).update(time_zone="Asia/Tokyo")
    assert ">18:00<" in page.get("/pull-requests/acme/web/1").content.decode()


def test_a_token_is_shown_once_works_and_is_revoked(page: Client, client: Client) -> None:
    made = page.post("/profile/tokens", {"name": "desk lamp"})
    assert (made.status_code, made["Location"]) == (303, "/profile/tokens#new-token")
    answer = page.get("/profile/tokens")
    found = re.search(r'value="(prm_[^"]+)"', answer.content.decode())
    assert found
    assert "Token “desk lamp”" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    token = {"authorization": f"Bearer {found.group(1)}"}
    assert client.get("/api/v1/me", headers=token).status_code == 200
    again = page.get("/profile/tokens", follow=True)
    assert again.redirect_chain == [("/profile#tokens", 302)]
    assert ApiToken.objects.count() == 1
    for address in ("/profile", "/profile/tokens"):
        assert found.group(1) not in page.get(address, follow=True).content.decode()
    page.post(f"/profile/tokens/{ApiToken.objects.get().pk}/revoke")
    assert client.get("/api/v1/me", headers=token).status_code == 401


def test_a_token_on_its_way_is_for_its_page_and_its_owner_alone(
    page: Client, browser_of: Callable[[Any], Client]
) -> None:
    cookie = page.post("/profile/tokens", {"name": "desk lamp"}).cookies["new_token"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/profile/tokens", True, "Strict")
    assert int(cookie["max-age"]) <= 300
    other = browser_of(builders.user("lark"))
    other.cookies["new_token"] = cookie.value
    assert other.get("/profile/tokens").status_code == 302
    page.cookies["new_token"] = "prm_made_up"
    assert page.get("/profile/tokens").status_code == 302


def test_nobody_revokes_somebody_elses_token(page: Client) -> None:
    token, _ = ApiToken.create_for(builders.user("lark"), "theirs")
    assert page.post(f"/profile/tokens/{token.pk}/revoke").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_password_is_changed_and_one_stays_signed_in(page: Client, heron: Any) -> None:
    new = {"new_password1": "a-long-one-42", "new_password2": "a-long-one-42"}
    assert page.post("/profile/password", {"old_password": "wrong", **new}).status_code == 422
    page.post("/profile/password", {"old_password": "the-password-of-heron", **new})
    heron.refresh_from_db()
    assert heron.check_password("a-long-one-42")
    assert page.get("/profile").status_code == 200


def test_who_has_no_password_sets_one(page: Client, heron: Any) -> None:
    heron.set_unusable_password()
    heron.save()
    page.force_login(heron)
    page.post("/profile/password", {"new_password1": "a-long-one-42", "new_password2": "a-long-one-42"})
    heron.refresh_from_db()
    assert heron.check_password("a-long-one-42")


def test_the_browser_remembers_how_pages_look(page: Client) -> None:
    assert "data-theme" not in page.get("/profile").content.decode()
    page.post("/profile/browser", {"theme": "dark"})
    said = page.get("/profile").content.decode()
    assert '<html lang="en" data-theme="dark">' in said
    assert '<body data-keys="off">' in said
    page.cookies["theme"] = '"><script>'
    assert "<script>" not in page.get("/profile").content.decode().replace("<script src", "")


def test_a_slack_member_id_is_checked_as_the_api_does(page: Client, heron: Any) -> None:
    assert page.post("/profile", {**WHOLE, "slack_user_id": "bob"}).status_code == 422
    page.post("/profile", {**WHOLE, "slack_user_id": " u0123abcd "})
    assert Person.objects.get(user=heron).slack_user_id == "U0123ABCD"
