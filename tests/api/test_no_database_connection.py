"""While the database refuses connections, clients get 503 with Retry-After, not 500."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from monitor.models import ApiToken
from tests.builders import user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {ApiToken.create_for(user('heron'))[1]}"}


@pytest.fixture
def unreachable(headers: dict[str, str]) -> Iterator[None]:
    with unreachable_database():
        yield


@contextmanager
def unreachable_database() -> Iterator[None]:
    """The name of a database that does not exist: connecting fails, as it does without a free connection."""
    connection.close()
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = "/nowhere/at/all"
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


def test_the_api_says_when_to_come_back(unreachable: None, headers: dict[str, str]) -> None:
    sent = Client(raise_request_exception=False).get("/api/v1/me", headers=headers)
    assert (sent.status_code, sent.json()["error"]["code"]) == (503, "unavailable")
    assert int(sent["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/", "/profile", "/admin/"])
def test_a_page_says_so_in_words(unreachable: None, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    sent = client.get(path, headers={"Accept": "text/html"})
    assert sent.status_code == 503
    assert "come back" in sent.content.decode()
    assert int(sent["Retry-After"]) > 0
