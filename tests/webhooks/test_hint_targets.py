"""The hint of each event; odd values of a payload do not get into a hint."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.github.webhooks import ORGANIZATION_EVENTS, REPOSITORY_EVENTS, Hint, NamedObject, hint_of, missing_events
from monitor.github.webhooks.event_hints import READERS

HOME = {"id": 7, "node_id": "R_kgDOA", "full_name": "acme/web"}
SHA = "c0ffee" + "0" * 34
PULL = {"node_id": "PR_kwDOA", "number": 12, "user": None, "requested_teams": [{"slug": "core"}]}
WEB = (NamedObject("R_kgDOA", "acme/web"),)
TWELVE = (NamedObject("PR_kwDOA", "12"),)


def about(**parts: Any) -> dict[str, Any]:
    return {"repository": HOME, "sender": None, **parts}


DETAILS = Hint("details", WEB, TWELVE)


@pytest.mark.parametrize(
    ("event", "payload", "hint"),
    [
        ("pull_request", about(action="opened", number=12, pull_request=PULL), DETAILS),
        ("pull_request", about(action="review_requested", pull_request=PULL, requested_team={"slug": "core"}), DETAILS),
        ("pull_request", about(action="an action of next year", pull_request=PULL), DETAILS),
        ("pull_request", about(number=12), Hint("details", WEB, (NamedObject("", "12"),))),
        ("pull_request", about(pull_request={"node_id": "PR_kwDOA"}), Hint("details", WEB, (NamedObject("PR_kwDOA"),))),
        ("pull_request", about(pull_request=None), None),
        ("pull_request", {"pull_request": PULL}, None),
        ("pull_request_review", about(action="submitted", pull_request=PULL, review={"user": None}), DETAILS),
        ("pull_request_review_comment", about(action="created", pull_request=PULL), DETAILS),
        ("pull_request_review_thread", about(action="resolved", pull_request=PULL), DETAILS),
        ("issue_comment", about(action="created", issue=PULL | {"pull_request": {"url": "x"}}), DETAILS),
        ("issue_comment", about(action="created", issue=PULL), None),
        ("check_run", about(action="completed", check_run={"head_sha": SHA, "pull_requests": []}),
         Hint("checks", WEB, (), SHA)),
        ("check_run", about(action="completed", check_run={"head_sha": SHA, "pull_requests": [{"id": 1, "number": 12}]}),
         Hint("checks", WEB, (NamedObject("", "12"),), SHA)),
        ("check_suite", about(action="completed", check_suite={"head_sha": SHA, "pull_requests": None}),
         Hint("checks", WEB, (), SHA)),
        ("check_run", about(action="created", check_run={"head_sha": SHA}), None),
        ("check_run", about(action="completed", check_run={"head_sha": "../" + SHA[3:]}), None),
        ("status", about(sha=SHA, state="success"), Hint("checks", WEB, (), SHA)),
        ("status", about(sha=SHA.upper()), None),
        ("push", about(ref="refs/heads/main", commits=[{"modified": [".github/CODEOWNERS"]}]),
         Hint("owners", WEB, branch="main")),
        ("push", about(ref="refs/heads/a/b", commits=[{"added": []}, {"removed": ["docs/CODEOWNERS"]}]),
         Hint("owners", WEB, branch="a/b")),
        ("push", about(ref="refs/heads/main", commits=[{"modified": ["src/CODEOWNERS"]}]), None),
        ("push", about(ref="refs/tags/v1", commits=[{"modified": ["CODEOWNERS"]}]), None),
        ("push", about(ref="refs/heads/main", commits=None), None),
        *((("repository", about(action=action), Hint("repository", WEB)))
          for action in ("renamed", "transferred", "deleted", "archived", "privatized", "publicized", "edited")),
        ("public", about(), Hint("repository", WEB)),
        ("membership", {"team": {"slug": "core"}, "organization": {"login": "acme"}}, Hint("team", teams=("acme/core",))),
        ("team", {"team": {"slug": "core", "parent": {"slug": "all"}}, "organization": {"login": "acme"}},
         Hint("team", teams=("acme/core", "acme/all"))),
        ("team", {"team": {"slug": "core"}}, None),
        ("membership", {"team": None, "organization": None}, None),
        ("installation", {"action": "created", "repositories": [HOME, None, {}]}, Hint("installation", WEB)),
        ("installation_repositories", {"repositories_added": [HOME], "repositories_removed": "?"},
         Hint("installation", WEB)),
        ("installation", {"action": "suspend"}, Hint("installation")),
        ("meta", about(action="deleted"), Hint("unhooked", WEB)),
        ("ping", about(zen="Keep it logically awesome."), None),
        ("star", about(action="created"), None),
        ("workflow_run", about(action="completed"), None),
        ("no_such_event", about(), None),
    ],
)  # fmt: skip
def test_what_an_event_hints_at(event: str, payload: dict[str, Any], hint: Hint | None) -> None:
    assert hint_of(event, payload) == hint


def test_old_enterprise_servers_name_nodes_in_their_own_way() -> None:
    """Their node ids are base64, some fields are missing, and the payload has the field `enterprise`."""
    payload = {
        "action": "opened",
        "enterprise": {"id": 1, "slug": "github"},
        "repository": {"node_id": "MDEwOlJlcG9zaXRvcnkx+/==", "full_name": "acme/web"},
        "pull_request": {"node_id": "MDExOlB1bGxSZXF1ZXN0MQ==", "number": 1},
    }
    found = hint_of("pull_request", payload)
    assert found == Hint(
        "details",
        (NamedObject("MDEwOlJlcG9zaXRvcnkx+/==", "acme/web"),),
        (NamedObject("MDExOlB1bGxSZXF1ZXN0MQ==", "1"),),
    )
    del payload["repository"]["node_id"], payload["pull_request"]["node_id"]
    assert hint_of("pull_request", payload) == Hint("details", (NamedObject("", "acme/web"),), (NamedObject("", "1"),))


def test_a_check_of_a_pull_request_into_another_repository_is_not_ours() -> None:
    elsewhere = {"number": 5, "base": {"repo": {"id": 8}}}
    here = {"number": 6, "base": {"repo": {"id": 7}}}
    payload = about(action="completed", check_run={"head_sha": SHA, "pull_requests": [elsewhere, here, None, "?"]})
    assert hint_of("check_run", payload) == Hint("checks", WEB, (NamedObject("", "6"),), SHA)


@pytest.mark.parametrize("number", [0, -1, True, 2**31, 1.5, "12", None, []])
def test_invalid_numbers_are_ignored(number: object) -> None:
    assert hint_of("pull_request", about(pull_request={"number": number})) is None


def test_an_endless_list_of_pull_requests_is_cut() -> None:
    listed = [{"number": number} for number in range(1, 5000)]
    found = hint_of("check_run", about(action="completed", check_run={"head_sha": SHA, "pull_requests": listed}))
    assert found is not None
    assert len(found.pull_requests) == 100


def test_hints_survive_the_database() -> None:
    for hint in (Hint("details", WEB, TWELVE, SHA, ("acme/core",), "main"), Hint("installation")):
        assert Hint.from_json(json.loads(json.dumps(hint.to_json()))) == hint


def test_a_ping_tells_what_a_webhook_does_not_send() -> None:
    all_of_them = [*REPOSITORY_EVENTS, *ORGANIZATION_EVENTS]
    assert missing_events({"hook": {"events": list(REPOSITORY_EVENTS)}, "repository": HOME}) == []
    assert missing_events({"hook": {"events": ["*"]}}) == []
    assert missing_events({"hook": {"events": [one for one in REPOSITORY_EVENTS if one != "check_run"]}}) == [
        "Check runs"
    ]
    assert missing_events({"hook": {"events": all_of_them[:-1]}, "organization": {"login": "acme"}}) == ["Teams"]
    assert missing_events({"hook": {"events": None}}) == missing_events({"hook": 1}) == missing_events({}) == []


_odd = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["R_1", SHA, "a/b", "\x00", "\ud800"])
)
_names = st.sampled_from(
    ["action", "repository", "node_id", "full_name", "id", "pull_request", "pull_requests", "number", "issue", "check_run",
     "check_suite", "head_sha", "sha", "ref", "commits", "added", "team", "slug", "parent", "organization", "login",
     "repositories", "repositories_added", "base", "repo", "hook", "events"]
)  # fmt: skip
_payloads = st.recursive(_odd, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=5))


@given(st.sampled_from(sorted(READERS)), st.dictionaries(_names, _payloads, max_size=6))
def test_no_payload_is_too_odd(event: str, payload: dict[str, Any]) -> None:
    hint = hint_of(event, payload)
    missing_events(payload)
    if hint is not None:
        text = json.dumps(hint.to_json(), ensure_ascii=False)
        text.encode()
        assert "\\u0000" not in text
        assert all(len(one.node_id) <= 100 and len(one.name) <= 200 for one in hint.repositories + hint.pull_requests)
