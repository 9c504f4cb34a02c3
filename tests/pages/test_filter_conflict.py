"""Watching a repository a second time: filters are replaced only after a question."""

from typing import Any

import pytest
from django.test import Client

from monitor.models import Repository, Subscription
from monitor.pages.repositories.forms import FILTERS
from monitor.rules.filters import Filter
from tests import builders
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched(web: Repository) -> Repository:
    """acme/web, which heron watches with two filters."""
    Subscription.objects.update(filters=["author", "code_owner"])
    return web


def filters() -> list[str]:
    return list(Subscription.objects.get().filters)


def test_the_page_says_what_one_has_and_asks(page: Client, watched: Repository) -> None:
    answer = page.post("/repositories", {"repository": "acme/web", "filters": ["all"]})
    said = text(answer)
    assert answer.status_code == 409
    assert "You watch acme/web already." in said
    assert "It tells you about: I am the author, I own code it changes." in said
    assert "You chose now: everything." in said
    assert filters() == ["author", "code_owner"]
    kept = page.get("/repositories")
    assert "already" not in text(kept)
    sent = hidden(answer) | {"filters": ["all"]}
    assert "Filters of acme/web saved." in text(page.post("/repositories", sent, follow=True))
    assert filters() == ["all"]


def hidden(answer: Any) -> dict[str, str]:
    """The hidden fields of the form that replaces the filters."""
    form = answer.context["conflict"]
    return {"repository": form.repository, "seen": ",".join(form.current)}


def test_an_answer_to_an_older_question_is_asked_again(page: Client, watched: Repository) -> None:
    answer = page.post("/repositories", {"repository": "acme/web", "filters": ["all"]})
    Subscription.objects.update(filters=["assigned"])
    again = page.post("/repositories", hidden(answer) | {"filters": ["all"]})
    assert again.status_code == 409
    assert "It tells you about: assigned to me." in text(again)
    assert filters() == ["assigned"]


def test_the_same_filters_are_no_question(page: Client, watched: Repository) -> None:
    sent = {"repository": "ACME/Web", "filters": ["code_owner", "author"]}
    assert "You watch acme/web already, with these filters." in text(page.post("/repositories", sent, follow=True))


def test_a_form_that_showed_other_filters_asks_too(page: Client, watched: Repository) -> None:
    shown = page.get("/repositories/acme/web")
    assert 'name="seen" value="author,code_owner"' in shown.content.decode()
    Subscription.objects.update(filters=["assigned"])  # in another tab
    answer = page.post("/repositories/acme/web/watch", {"filters": ["all"], "seen": "author,code_owner"})
    assert answer.status_code == 409
    assert "It tells you about: assigned to me." in text(answer)
    assert filters() == ["assigned"]
    answer = page.post("/repositories/acme/web/watch", {"filters": ["all"], "seen": "assigned"}, follow=True)
    assert "Filters saved." in text(answer)
    assert filters() == ["all"]


def test_a_form_that_showed_none_asks_too(page: Client, watched: Repository) -> None:
    answer = page.post("/repositories/acme/web/watch", {"filters": ["all"], "seen": ""})
    assert answer.status_code == 409
    assert filters() == ["author", "code_owner"]


def test_programs_replace_them_as_before(page: Client, watched: Repository) -> None:
    body = {"repository": "acme/web", "filters": ["all"]}
    answer = page.post("/api/v1/repositories/subscribe", body, content_type="application/json")
    assert answer.status_code == 200
    assert filters() == ["all"]


def test_every_filter_is_offered() -> None:
    """Saving the form would otherwise drop a filter that an API client chose."""
    assert {name for name, _ in FILTERS} == set(Filter)


def test_watching_a_paused_one_says_that_no_rows_come(page: Client, web: Repository) -> None:
    Subscription.objects.update(user=builders.user("lark"))
    Repository.objects.update(paused=True, paused_by="wren")
    said = text(page.post("/repositories", {"repository": "acme/web", "filters": ["all"]}, follow=True))
    assert "You watch acme/web. It is paused by wren: no rows come until a team lead resumes it." in said
    assert "come soon" not in said
