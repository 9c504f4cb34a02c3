"""Views that forms are sent to: what they answer to a script, and to a GET."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from monitor.models import Repository, SavedView
from tests import builders
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
FETCH = {"x-requested-with": "fetch"}
PULL = "/pull-requests/acme/web/1"
FORMS = {
    "/repositories/acme/web/watch": "/repositories/acme/web",
    "/repositories/acme/web/unwatch": "/repositories/acme/web",
    "/repositories/acme/web/look": "/repositories/acme/web",
    "/views": "/",
    "/views/1/drop": "/",
    "/views/1/open-with": "/",
    "/profile/browser": "/profile#browser",
    "/profile/tokens": "/profile#tokens",
    "/profile/tokens/1/revoke": "/profile#tokens",
    **{f"{PULL}/{verb}": PULL for verb in ("claim", "release", "snooze", "wake")},
}


@pytest.fixture
def pull(web: Repository, record: Callable[..., list[int]]) -> None:
    record(web, builders.snapshot(1, author="lark", review_requests=(builders.asked("heron"),)))


@pytest.mark.parametrize(("address", "there"), FORMS.items())
def test_whoever_opens_a_forms_address_gets_the_page_it_stands_on(
    page: Client, pull: None, address: str, there: str
) -> None:
    for answer in (page.get(address), page.head(address)):
        assert (answer.status_code, answer["Location"]) == (302, there)
    assert page.get(there).status_code == 200
    refused = page.put(address)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, POST")


def test_signing_in_on_the_way_to_a_form_ends_on_its_page(client: Client, heron: Any, pull: None) -> None:
    answer = client.post(f"{PULL}/snooze", {"until": "mute"})
    assert answer["Location"] == f"/accounts/login/?next={PULL}/snooze"
    answer = client.post(
        answer["Location"],
        {"username": "heron", "password": "the-password-of-heron", "next": f"{PULL}/snooze"},
        follow=True,
    )
    assert (answer.redirect_chain[-1][0], answer.status_code) == (PULL, 200)


def test_opening_the_address_of_signing_out_signs_nobody_out(page: Client, client: Client) -> None:
    answer = page.get("/accounts/logout/")
    assert answer.status_code == 405
    assert "Sign out" in text(answer)
    assert 'action="/accounts/logout/"' in answer.content.decode()
    assert page.get("/profile").status_code == 200
    assert client.get("/accounts/logout/").status_code == 405


@pytest.mark.parametrize(
    ("address", "sent", "there"),
    [
        (f"{PULL}/claim", {}, PULL),
        (f"{PULL}/snooze", {"until": "mute"}, PULL),
        ("/repositories/acme/web/look", {}, "/repositories/acme/web"),
        ("/repositories/acme/web/unwatch", {}, "/repositories"),
        ("/repositories", {"repository": "acme/web", "filters": ["author", "assigned", "review_requested", "code_owner"]}, "/repositories"),
        ("/views", {"name": "Larks", "q": "author:lark"}, "/?q=author%3Alark"),
        ("/profile/browser", {"theme": "dark"}, "/profile"),
        ("/profile/tokens", {"name": "lamp"}, "/profile/tokens#new-token"),
        ("/accounts/logout/", {}, "/accounts/login/"),
    ],
)  # fmt: skip
def test_a_script_is_told_where_to_go_and_the_page_there_says_how_it_went(
    page: Client, pull: None, address: str, sent: dict[str, Any], there: str
) -> None:
    answer = page.post(address, sent, headers=FETCH)
    assert (answer.status_code, answer["X-Go-To"], answer.content) == (204, there, b"")
    if there != "/accounts/login/":
        assert 'role="status"' in page.get(there.partition("#")[0]).content.decode()


def test_a_script_is_told_that_somebody_is_signed_out(client: Client, pull: None) -> None:
    answer = client.post(f"{PULL}/claim", headers=FETCH)
    assert (answer.status_code, answer["X-Go-To"]) == (204, f"/accounts/login/?next={PULL}/claim")


def test_a_form_that_is_refused_comes_back_to_a_script_as_a_page(page: Client, pull: None) -> None:
    answer = page.post("/repositories", {"repository": "nonsense", "filters": ["all"]}, headers=FETCH)
    assert answer.status_code == 422
    assert "Write it as owner/name" in text(answer)
    assert not SavedView.objects.exists()
