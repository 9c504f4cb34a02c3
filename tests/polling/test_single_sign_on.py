"""Parts that an organization's single sign-on hides are left out; the page of the credential says which organization."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from monitor import tasks
from monitor.demo.server.http import Response
from monitor.models import Credential, PullRequest
from tests import builders
from tests.demo_github import DemoGitHub, World
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db


def hide_last_entry(name: str, number: int) -> Callable[[Response], Response]:
    """Alters an answer: null in place of the last entry of the list `name`, and an error that names the entry."""

    def alter(response: Response) -> Response:
        answer = json.loads(response.body)
        at = next(at for at, node in enumerate(answer["data"]["nodes"]) if node["number"] == number)
        entries = answer["data"]["nodes"][at][name]["nodes"]
        path = ["nodes", at, name, "nodes", len(entries) - 1]
        entries[-1] = None
        words = {"type": "FORBIDDEN", "message": "Resource protected by organization SAML enforcement."}
        answer["errors"] = [{**words, "path": path, "extensions": {"saml_failure": True}}]
        return Response(response.status, json.dumps(answer).encode(), response.headers)

    return alter


@pytest.fixture
def pulls(world: World) -> list[Any]:
    """Three open pull requests; wren and team core are asked to review the second."""
    pulls = [world.open("acme/web", f"PR {number}", author="heron") for number in (1, 2, 3)]
    world.request_review(pulls[1], "wren")
    world.comment(pulls[1], by="finch")
    return pulls


def document(number: int) -> dict[str, Any]:
    return json.loads(PullRequest.objects.get(number=number).document)


def test_the_pull_request_is_read_without_the_hidden_item(github: DemoGitHub, pulls: list[Any], watch, look) -> None:
    github.faults.arm("saml", "PrDetails", alter=hide_last_entry("timelineItems", 2))
    repository = watch("acme/web")
    look()
    repository.refresh_from_db()
    assert (repository.status, repository.status_message) == ("ok", "")
    assert PullRequest.objects.count() == 3
    assert [turn["login"] for turn in document(2)["turn"]] == ["wren"]
    assert not [item for item in PullRequest.objects.get(number=2).stored_snapshot.timeline if item.kind == "commented"]


def test_a_hidden_request_is_not_nobody(github: DemoGitHub, pulls: list[Any], watch, look) -> None:
    github.faults.arm("saml", "PrDetails", alter=hide_last_entry("reviewRequests", 2))
    watch("acme/web")
    look()
    assert document(2)["turn"] == []
    assert document(2)["waits_for"]["reason"] == "somebody the token may not see is asked"


def test_the_credential_names_the_organization_until_a_day_without(
    github: DemoGitHub, world: World, pulls: list[Any], watch, look, time_passes
) -> None:
    fault = github.faults.arm("saml", "PrDetails", alter=hide_last_entry("timelineItems", 2))
    watch("acme/web")
    look()
    lead = builders.user("lead-of-all", is_staff=True, is_superuser=True)
    browser = Client()
    browser.force_login(lead)
    tasks.credentials()
    words = "Authorize the token for single sign-on on GitHub: acme."
    assert words in text(browser.get("/admin/monitor/credential/"))
    fault.clear()
    tasks.credentials()
    assert Credential.objects.get().single_sign_on_words
    Credential.objects.update(single_sign_on={"acme": "2026-03-01T12:00:00Z"})
    tasks.credentials()
    assert not Credential.objects.get().single_sign_on_words
