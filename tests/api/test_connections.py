"""A request leaves no database connection open: under ASGI, no later request would use it."""

import pytest
from django.db import connection
from django.test import Client

from tests.api.conftest import Caller
from tests.builders import user


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/me", "/nothing", "/repositories/a/b", "/views"])
def test_a_call_leaves_no_connection_open(path: str) -> None:
    api = Caller(user())
    assert connection.connection is not None
    api.get(path)
    assert connection.connection is None


@pytest.mark.django_db(transaction=True)
def test_a_page_leaves_no_connection_open() -> None:
    client = Client(headers={"accept": "text/html"})
    client.force_login(user())
    client.get("/")
    assert connection.connection is None
