"""A new password offers to end the API tokens too: whoever had the old one may have made some."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from monitor.models import ApiToken
from tests import builders
from tests.refusing_database import refusing

pytestmark = pytest.mark.django_db
NEW = "a-long-one-42"
OWN = {"old_password": "the-password-of-heron", "new_password1": NEW, "new_password2": NEW}
DOORS = ("profile", "admin", "admin, somebody else's")


@dataclass
class Door:
    """A page on which heron's password is changed, by heron or by a superuser."""

    client: Client
    address: str
    form: dict[str, str]

    def send(self, **more: str) -> Any:
        return self.client.post(self.address, self.form | more)


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, heron: User, browser_of: Callable[[Any], Client]) -> Door:
    if request.param == "profile":
        return Door(browser_of(heron), "/profile/password", OWN)
    if request.param == "admin":
        User.objects.filter(pk=heron.pk).update(is_staff=True)
        return Door(browser_of(heron), "/admin/password_change/", OWN)
    chief = browser_of(builders.user("chief", is_staff=True, is_superuser=True))
    theirs = {"password1": NEW, "password2": NEW, "usable_password": "true", "set-password": "on"}
    return Door(chief, reverse("admin:auth_user_password_change", args=(heron.pk,)), theirs)


@pytest.fixture
def tokens(heron: User) -> list[str]:
    """Two tokens of heron's and one of lark's."""
    return [ApiToken.create_for(user)[1] for user in (heron, heron, builders.user("lark"))]


def statuses(tokens: list[str]) -> list[int]:
    return [Client(headers={"authorization": f"Bearer {one}"}).get("/api/v1/me").status_code for one in tokens]


def has_new_password(user: User) -> bool:
    return User.objects.get(pk=user.pk).check_password(NEW)


def test_tokens_are_revoked_with_the_old_password_where_that_is_wanted(
    door: Door, heron: User, tokens: list[str]
) -> None:
    assert 'name="revoke_tokens"' in door.client.get(door.address).content.decode()
    answer = door.client.post(door.address, door.form | {"revoke_tokens": "on"}, follow=True)
    assert has_new_password(heron)
    assert statuses(tokens) == [401, 401, 200]
    assert "2 API tokens are revoked" in answer.content.decode()


def test_and_work_on_where_it_is_not(door: Door, heron: User, tokens: list[str]) -> None:
    assert door.send().status_code == 302
    assert has_new_password(heron)
    assert statuses(tokens) == [200, 200, 200]


def test_a_form_that_does_not_get_through_revokes_nothing(door: Door, heron: User, tokens: list[str]) -> None:
    other = {name: "another-one-42" for name in door.form if name.endswith("password2")}
    answer = door.send(revoke_tokens="on", **other)
    assert "checked" in answer.content.decode().split('name="revoke_tokens"')[1].split(">")[0]
    assert not has_new_password(heron)
    assert statuses(tokens) == [200, 200, 200]


def test_both_happen_or_neither(door: Door, heron: User, tokens: list[str]) -> None:
    with refusing('UPDATE "monitor_apitoken"') as refused, pytest.raises(OperationalError):
        door.send(revoke_tokens="on")
    assert refused
    assert not has_new_password(heron)
    assert statuses(tokens) == [200, 200, 200]


def test_who_signed_in_by_a_link_is_asked_too(page: Client, heron: User, tokens: list[str]) -> None:
    heron.set_unusable_password()
    heron.save()
    page.force_login(heron)
    page.post("/profile/password", {"new_password1": NEW, "new_password2": NEW, "revoke_tokens": "on"})
    assert has_new_password(heron)
    assert statuses(tokens) == [401, 401, 200]


def test_an_account_that_is_shut_to_passwords_can_be_shut_to_tokens(
    browser_of: Callable[[Any], Client], heron: User, tokens: list[str]
) -> None:
    chief = browser_of(builders.user("chief", is_staff=True, is_superuser=True))
    address = reverse("admin:auth_user_password_change", args=(heron.pk,))
    chief.post(address, {"usable_password": "false", "unset-password": "on", "revoke_tokens": "on"})
    assert not User.objects.get(pk=heron.pk).has_usable_password()
    assert statuses(tokens) == [401, 401, 200]
    assert "API tokens" in chief.get(reverse("admin:auth_user_history", args=(heron.pk,))).content.decode()
