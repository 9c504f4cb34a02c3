"""Who may open the pages, the headers that protect them, and the error pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import URLPattern

from monitor.urls import urlpatterns
from notifications import urls as notifications_urls
from tests import builders
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
DOOR = "/accounts/login/"


def sign_in(client: Client, username: str = "heron", password: str = "the-password-of-heron", **more: str) -> Any:
    return client.post(DOOR, {"username": username, "password": password, **more})


def addresses() -> list[str]:
    """The address of every page that needs sign-in, with values for the names in its path."""
    words = {"<str:owner>": "acme", "<str:name>": "web", "<int:number>": "1", "<int:pk>": "1", "<str:view>": "1"}
    found = []
    for pattern in [*urlpatterns, *notifications_urls.urlpatterns]:
        route = str(pattern.pattern) if isinstance(pattern, URLPattern) else ""
        if not route or route.startswith(("accounts/", "^")):
            continue
        for word, value in words.items():
            route = route.replace(word, value)
        found.append(f"/{route}")
    return found


@pytest.mark.parametrize("address", addresses())
def test_every_page_wants_a_sign_in(address: str, client: Client) -> None:
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in {302, 405}
        assert answer.status_code == 405 or answer["Location"] == f"{DOOR}?next={address}"


def test_a_part_of_a_page_leads_the_whole_page_to_the_door(client: Client) -> None:
    answer = client.get("/repositories", headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_signing_in_and_out(client: Client, heron: Any) -> None:
    answer = sign_in(client, next="/repositories")
    assert answer["Location"] == "/repositories"
    assert client.get(DOOR)["Location"] == "/"
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/")["Location"] == DOOR
    assert client.get("/repositories").status_code == 302


def test_no_way_to_a_foreign_place(client: Client, heron: Any) -> None:
    assert sign_in(client, next="https://evil.example/")["Location"] == "/"


def test_tries_are_counted_and_then_there_is_a_pause(client: Client, heron: Any) -> None:
    said = [text(sign_in(client, password="wrong")) for _ in range(4)]
    assert "do not match. 4 tries left, then a 15 minute pause." in said[0]
    assert "1 try left" in said[3]
    answer = sign_in(client, password="wrong")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Too many tries" in text(sign_in(client, username="HERON "))
    assert client.get("/profile").status_code == 302
    builders.user("lark")
    assert sign_in(client, "lark", "the-password-of-lark").status_code == 302


def test_a_success_forgets_the_tries(client: Client, heron: Any) -> None:
    for _ in range(4):
        sign_in(client, password="wrong")
    sign_in(client)
    client.logout()
    assert "4 tries left" in text(sign_in(client, password="wrong"))


@pytest.mark.parametrize("username", ["", "x" * 200, "\0", "é\u202e"])
def test_strange_names_are_just_wrong(client: Client, username: str) -> None:
    assert sign_in(client, username).status_code == 200


def test_forms_without_their_token_do_nothing(heron: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(heron)
    for address in ("/profile", "/repositories", "/profile/tokens", "/accounts/logout/"):
        answer = client.post(address, {"name": "mine"})
        assert answer.status_code == 403
        assert "Nothing was sent" in text(answer)
    assert not heron.api_tokens.exists()


POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def test_every_answer_carries_the_policy(client: Client, page: Client) -> None:
    for answer in (
        client.get(DOOR),
        page.get("/"),
        page.get("/nowhere"),
        page.get("/admin/"),
        client.get("/health/live"),
    ):
        assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
        assert "Content-Security-Policy-Report-Only" not in answer
    for documentation in ("/docs", "/redoc"):
        assert "default-src 'self'" in client.get(documentation)["Content-Security-Policy"]


def test_no_page_has_anything_inline(page: Client, web: Any, heron: Any, record: Callable[..., list[int]]) -> None:
    record(web, builders.snapshot(1, labels=(builders.label("bug"),), author="heron"))
    for address in (
        "/",
        "/repositories",
        "/repositories/acme/web",
        "/pull-requests/acme/web/1",
        "/profile",
        "/nowhere",
    ):
        said = page.get(address).content.decode()
        assert " style=" not in said
        assert "<style" not in said
        assert " onclick" not in said
        assert said.count("<script") == said.count("<script src=")
        assert "http://" not in said.replace("http://www.w3.org", "").replace("http://testserver", "")


def test_a_signed_in_page_is_nobody_elses(page: Client) -> None:
    assert {"private", "no-cache"} <= set(page.get("/")["Cache-Control"].split(", "))


@pytest.mark.parametrize("address", ["/", "/repositories", "/profile", "/nowhere", DOOR])
def test_the_demo_says_so_on_every_page(page: Client, client: Client, settings: Any, address: str) -> None:
    browser = client if address == DOOR else page
    assert "DEMO" not in browser.get(address).content.decode()
    settings.DEMO = True
    assert "DEMO" in browser.get(address).content.decode()


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "500.html", "403_csrf.html"])
def test_pages_of_errors_need_nothing_to_be_shown(template: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        said = render_to_string(template)
    assert "To the pull requests" in said
