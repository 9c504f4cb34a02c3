"""The printed link of the first admin: once, fifteen minutes, no others."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client

from monitor.accounts import sign_in_links

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return sign_in_links.first_admin()


def test_the_first_admin_is_made_once_and_has_no_password(admin: User) -> None:
    assert (admin.username, admin.is_superuser, admin.is_staff, admin.has_usable_password()) == (
        "admin",
        True,
        True,
        False,
    )
    assert sign_in_links.first_admin() == admin
    assert User.objects.count() == 1


def test_who_is_a_superuser_already_stays_the_first_admin() -> None:
    wren = User.objects.create_superuser("wren", password="a password of her own")
    assert sign_in_links.first_admin() == wren


def test_a_taken_name_is_left_to_its_owner() -> None:
    User.objects.create_user("admin")
    assert sign_in_links.first_admin().username == "admin2"


def test_the_link_signs_in_once(admin: User, client: Client) -> None:
    token = sign_in_links.token_for(admin)
    answer = client.get(f"/sign-in/{token}")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(admin.pk)
    another = Client()
    answer = another.get(f"/sign-in/{token}")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert "_auth_user_id" not in another.session


def test_two_links_of_one_start_are_both_void_after_one_was_used(admin: User) -> None:
    first, second = sign_in_links.token_for(admin), sign_in_links.token_for(admin)
    assert sign_in_links.use(first) == admin
    assert sign_in_links.use(second) is None


def test_a_new_link_works_after_a_sign_in(admin: User) -> None:
    sign_in_links.use(sign_in_links.token_for(admin))
    admin.refresh_from_db()
    assert sign_in_links.use(sign_in_links.token_for(admin)) == admin


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_a_browser_that_guesses_the_click_does_not_use_the_link_up(
    admin: User, client: Client, headers: dict[str, str]
) -> None:
    link = f"/sign-in/{sign_in_links.token_for(admin)}"
    assert client.get(link, headers=headers).status_code == 204
    assert client.head(link).status_code == 405
    assert "_auth_user_id" not in client.session
    assert client.get(link)["Location"] == "/"


def test_a_link_lasts_fifteen_minutes(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign_in_links.token_for(admin)
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + timedelta(minutes=15, seconds=1).total_seconds())
    assert sign_in_links.use(token) is None
    monkeypatch.setattr(signing.time, "time", lambda: now + timedelta(minutes=14, seconds=59).total_seconds())
    assert sign_in_links.use(token) == admin


def test_a_link_is_void_once_a_password_is_set_or_the_admin_was_shut_out(admin: User) -> None:
    token = sign_in_links.token_for(admin)
    admin.set_password("something long enough")
    admin.save()
    assert sign_in_links.use(token) is None
    token = sign_in_links.token_for(admin)
    User.objects.update(is_active=False)
    assert sign_in_links.use(token) is None


@pytest.mark.parametrize(
    "made_up",
    ["x", "a.b.c", "WzFd.1.2", "%00", "ü", "." * 100, "W10.1xVNSb.TjA3epgPCmQNC1lHgmHPNclUn3jdTeDtVGrgTkC9rzs"],
)
def test_made_up_tokens_are_no_error(client: Client, made_up: str) -> None:
    answer = client.get(f"/sign-in/{made_up}")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
