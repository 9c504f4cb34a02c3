"""Pages are compressed for whoever takes it; the API's answers are not."""

import gzip
from collections.abc import Callable

import pytest
from django.test import Client

from monitor.models import Repository
from tests.builders import snapshot

pytestmark = pytest.mark.django_db
Record = Callable[..., list[int]]
ALL = "/?q=is%3Aopen"


def test_a_list_is_a_tenth_of_its_size(page: Client, web: Repository, record: Record) -> None:
    record(web, *(snapshot(number, title=f"Change {number}") for number in range(1, 101)))
    plain, packed = page.get(ALL), page.get(ALL, headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert (packed["Content-Encoding"], int(packed["Content-Length"])) == ("gzip", len(packed.content))
    assert "Accept-Encoding" in packed["Vary"]
    shown = gzip.decompress(packed.content)
    assert shown.count(b'<li class="row') == 100
    assert len(packed.content) < len(plain.content) / 10
    assert len(packed.content) < 30_000


@pytest.mark.parametrize("path", ["/api/v1/pull-requests", "/openapi.json"])
def test_programs_get_their_answers_as_they_are(page: Client, web: Repository, record: Record, path: str) -> None:
    record(web, *(snapshot(number) for number in range(1, 11)))
    assert "Content-Encoding" not in page.get(path, headers={"accept-encoding": "gzip"})
