"""A repository is renamed: its former addresses lead to its present ones, until another repository has the name."""

from typing import Any

import pytest
from django.test import Client

from monitor.models import PullRequest, Repository
from tests import builders
from tests.demo_github import World

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def renamed(world: World, watch, look) -> Repository:
    """acme/web with an open and a closed pull request, called acme/site by now."""
    world.open("acme/web", "Open", author="heron")
    world.close(world.open("acme/web", "Closed", author="heron"))
    repository = watch("acme/web")
    look()
    world.rename("acme/web", "site")
    look()
    repository.refresh_from_db()
    assert repository.full_name == "acme/site"
    return repository


@pytest.fixture
def reader(db: None) -> Client:
    browser = Client(headers={"accept": "text/html"})
    browser.force_login(builders.user("reader"))
    return browser


def test_former_addresses_lead_to_the_present_ones(renamed: Any, reader: Client) -> None:
    for before, after in (
        ("/repositories/acme/web", "/repositories/acme/site"),
        ("/repositories/ACME/Web?state=all&q=label%3Aa", "/repositories/acme/site?state=all&q=label%3Aa"),
        ("/pull-requests/acme/web/2", "/pull-requests/acme/site/2"),
        ("/pull-requests/acme/web/1/why", "/pull-requests/acme/site/1/why"),
        (f"{API}/repositories/acme/web", f"{API}/repositories/acme/site"),
        (
            f"{API}/repositories/acme/web/pull-requests?state=all",
            f"{API}/repositories/acme/site/pull-requests?state=all",
        ),
        (f"{API}/pull-requests/acme/web/2", f"{API}/pull-requests/acme/site/2"),
    ):
        answer = reader.get(before)
        assert (answer.status_code, answer.headers["Location"]) == (308, after)
        assert reader.get(after).status_code == 200


def test_a_write_keeps_its_method(renamed: Any, reader: Client) -> None:
    answer = reader.put(f"{API}/pull-requests/acme/web/1/snooze", "{}", content_type="application/json")
    assert answer.status_code == 308
    assert reader.put(answer.headers["Location"], "{}", content_type="application/json").status_code == 200


def test_every_address_in_the_data_is_the_present_one_at_once(renamed: Any, reader: Client) -> None:
    rows = reader.get(f"{API}/repositories/acme/site/pull-requests?state=all").json()["items"]
    assert {row["url"].rpartition("/pull/")[0].rpartition("/")[2] for row in rows} == {"site"}
    assert len(rows) == 2


def test_after_two_renames_both_former_names_lead_there(renamed: Any, world: World, look, reader: Client) -> None:
    world.rename("acme/site", "shop")
    look()
    for former in ("web", "site"):
        assert reader.get(f"/repositories/acme/{former}").headers["Location"] == "/repositories/acme/shop"


def test_renamed_back_it_leads_nowhere_else(renamed: Any, world: World, look, reader: Client) -> None:
    world.rename("acme/site", "web")
    look()
    assert reader.get("/repositories/acme/web").status_code == 200
    assert reader.get("/pull-requests/acme/web/99").status_code == 404
    assert reader.get("/repositories/acme/site").headers["Location"] == "/repositories/acme/web"


def test_a_repository_that_takes_the_name_has_the_addresses(renamed: Any, world: World, watch, look, reader) -> None:
    world.add_repository("acme/web")
    world.open("acme/web", "Of the new one", author="heron")
    watch("acme/web")
    look()
    assert reader.get(f"{API}/pull-requests/acme/web/1").json()["title"] == "Of the new one"
    assert reader.get(f"{API}/pull-requests/acme/site/1").json()["title"] == "Open"
    assert reader.get(f"{API}/pull-requests/acme/web/2").status_code == 404
    assert PullRequest.objects.count() == 3


def test_who_may_not_see_it_learns_no_name(renamed: Repository, reader: Client) -> None:
    Repository.objects.update(private=True)
    for address in ("/repositories/acme/web", "/pull-requests/acme/web/1", f"{API}/repositories/acme/web"):
        assert reader.get(address).status_code == 404
    assert Client().get(f"{API}/repositories/acme/web").status_code == 401


def test_no_name_breaks_it(renamed: Repository, reader: Client) -> None:
    for address in ("/repositories/acme/%00", "/repositories/a/b/c/d", "/pull-requests/acme/web/x"):
        assert reader.get(address).status_code in {404, 308}
