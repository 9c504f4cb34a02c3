"""Tries at the door are counted whatever is sent in between, and by who really asks."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
DOOR = "/accounts/login/"


@pytest.fixture(autouse=True)
def _nobody_has_tried(settings: Any, request: pytest.FixtureRequest) -> None:
    settings.CACHES = {"default": {**settings.CACHE_IN_MEMORY, "LOCATION": request.node.nodeid}}


def try_in(client: Client, password: str, username: str = "heron", **headers: str) -> int:
    """The status of the answer."""
    return client.post(DOOR, {"username": username, "password": password}, headers=headers).status_code


@pytest.mark.parametrize("door", [DOOR, "/admin/login/"])
def test_a_form_without_a_password_forgives_nothing(client: Client, heron: Any, door: str) -> None:
    for number in range(4):
        assert try_in(client, f"wrong {number}") == 200
        client.post(door, {"username": "heron"})
    assert try_in(client, "wrong again") == 429
    assert try_in(client, "the-password-of-heron") == 429


def test_many_other_names_forgive_nothing(client: Client, heron: Any) -> None:
    for number in range(4):
        assert try_in(client, f"wrong {number}") == 200
    for number in range(400):
        try_in(client, "wrong", f"nobody-{number}")
    assert try_in(client, "wrong again") == 429


def test_behind_a_proxy_a_stranger_shuts_nobody_out(client: Client, heron: Any, settings: Any) -> None:
    settings.USE_X_FORWARDED_HOST = True
    for number in range(5):
        try_in(client, f"wrong {number}", x_forwarded_for="198.51.100.7")
    assert try_in(client, "the-password-of-heron", x_forwarded_for="198.51.100.7") == 429
    assert try_in(client, "the-password-of-heron", x_forwarded_for="203.0.113.9") == 302


def test_without_the_cache_people_still_come_in(client: Client, heron: Any, settings: Any) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}
    assert try_in(client, "wrong") == 200
    assert try_in(client, "the-password-of-heron") == 302
