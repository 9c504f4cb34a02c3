"""API calls that together get every documented response, and the data for them."""

import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from monitor.actions import claims, snoozes
from monitor.github import identities
from monitor.models import Heartbeat, PullRequest, RateLimit, SavedView, Subscription
from monitor.operations import health
from monitor.recording.recorder import record
from monitor.rules.merge_facts import AutoMerge, MergeQueueEntry
from monitor.runtime.cluster.main_loop import write_heartbeat
from notifications.models import Delivery
from tests.api.documented import Operation, operations
from tests.builders import asked, at, item, label, merging, repository, review, snapshot, user
from tests.demo_github import DemoGitHub


@dataclass(frozen=True)
class Call:
    """One call of an operation, and the status that it must get. `before` names the preparation."""

    name: str
    status: int
    parameters: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    before: str = ""

    @property
    def operation(self) -> Operation:
        return operations()[self.name]

    @property
    def address(self) -> str:
        """Path and query."""
        places = {one["name"]: one["in"] for one in self.operation.about["parameters"]}
        path = {key: quote(str(one), safe="") for key, one in self.parameters.items() if places[key] == "path"}
        query = {key: one for key, one in self.parameters.items() if places[key] == "query"}
        return self.operation.path.format(**path) + (f"?{urlencode(query)}" if query else "")


WEB = {"owner": "acme", "name": "web"}
ONE = WEB | {"number": 2}
GONE = WEB | {"number": 99}
QUEUED, STACKED, BELOW = 5, 6, 7  # one that left the merge queue, one that is stacked on the other
SUCCESSES = [
    Call("get_health", 200),
    Call("get_health", 503, before="no_worker"),
    Call("list_repositories", 200, {"limit": 5, "offset": 0}),
    Call("get_repository", 200, WEB),
    Call("refresh_repository", 202, WEB),
    Call("list_repository_pull_requests", 200, WEB | {"state": "all", "q": "involves:heron"}),
    Call("list_pull_requests", 200, {"q": "is:open"}),
    Call("get_pull_request", 200, ONE),
    *(Call("get_pull_request", 200, WEB | {"number": number}) for number in (QUEUED, STACKED, BELOW)),
    Call("list_pull_requests", 200, {"q": "is:stacked"}),
    Call("snooze_pull_request", 200, ONE, {"until": "2999-01-01T00:00:00Z"}),
    Call("snooze_pull_request", 200, ONE, {"until_event": "any_update"}),
    Call("snooze_pull_request", 200, ONE, {"until": None, "until_event": "author_update"}),
    Call("snooze_pull_request", 200, ONE, {}),
    Call("snooze_pull_request", 200, ONE),
    Call("unsnooze_pull_request", 204, ONE),
    Call("claim_pull_request", 200, WEB | {"number": 1}),
    Call("unclaim_pull_request", 204, ONE),
    Call("list_views", 200),
    Call("create_view", 201, {}, {"name": "Home", "q": "is:open"}),
    Call("delete_view", 204, {"id": "{view}"}),
    Call("list_events", 200, {"after": 0, "limit": 500}),
    Call("get_me", 200),
    Call(
        "update_me",
        200,
        {},
        {
            "github_login": "heron",
            "time_zone": "Europe/Stockholm",
            "working_days": [1, 2],
            "working_hours": {"start": "08:30", "end": "16:00"},
            "country": "SE",
            "slack_user_id": "U012AB3CD",
            "away": {"from": "2999-01-01T08:00:00Z", "until": "2999-02-01T00:00:00Z", "note": "Lisbon"},
            "limit_hours": 4,
            "notifications": {"slack": False, "digest": True, "digest_hour": 7},
        },
    ),
    Call("update_me", 200, {}, {"country": None, "notifications": {"digest": False}}),
    Call("list_deliveries", 200, {"pull_request": "acme/web#2"}),
    Call("explain_pull_request", 200, {"pull_request": "acme/web#2"}),
    Call("subscribe_to_repository", 200, {}, {"repository": "acme/web", "filters": ["author", "code_owner"]}),
    Call("subscribe_to_repository", 201, {}, {"repository": "acme/other"}),
    Call("unsubscribe_from_repository", 204, {}, {"repository": "acme/web"}),
]
REFUSALS = [
    Call("get_repository", 404, WEB | {"name": "nothing"}),
    Call("refresh_repository", 404, WEB | {"name": "nothing"}),
    Call("list_repository_pull_requests", 404, WEB | {"name": "nothing"}),
    *(
        Call(name, 404, GONE)
        for name in (
            "get_pull_request",
            "snooze_pull_request",
            "unsnooze_pull_request",
            "claim_pull_request",
            "unclaim_pull_request",
        )
    ),
    Call("list_pull_requests", 422, {"q": "nonsense:term"}),
    Call("snooze_pull_request", 422, ONE, {"until": "2020-01-01T00:00:00Z"}),
    Call("claim_pull_request", 409, WEB | {"number": 4}),
    Call("unclaim_pull_request", 403, ONE, before="claimed_by_robin"),
    Call("create_view", 409, {}, {"name": "Mine", "q": ""}),
    Call("delete_view", 404, {"id": "2000000000"}),
    Call("delete_view", 403, {"id": "waiting"}),
    Call("list_events", 410, {"after": 99_999}),
    Call("update_me", 409, {}, {"github_login": "robin"}),
    Call("list_deliveries", 403, {"user": "robin"}),
    Call("list_deliveries", 404, {"pull_request": "acme/web#99"}),
    Call("explain_pull_request", 403, {"pull_request": "acme/web#2", "user": "robin"}),
    Call("explain_pull_request", 404, {"pull_request": "acme/web#99"}),
    Call("subscribe_to_repository", 404, {}, {"repository": "acme/nothing"}),
    Call("subscribe_to_repository", 502, {}, {"repository": "acme/nothing"}, before="token_revoked"),
    Call("subscribe_to_repository", 503, {}, {"repository": "acme/nothing"}, before="github_away"),
    Call("unsubscribe_from_repository", 404, {}, {"repository": "acme/nothing"}),
    Call("subscribe_to_repository", 409, {}, {"repository": "acme/nothing"}, before="watches_enough"),
]
# Some call of each kind, to ask what every one of them answers: 304, 400, 401, 403, 413, 422, 429.
ANY = {call.name: call for call in reversed(SUCCESSES)}


class Acme:
    """`acme/web`, which heron watches, with a pull request that has everything; GitHub is the demo."""

    def __init__(self, heron: User, demo: DemoGitHub, settings: Any, patch: pytest.MonkeyPatch) -> None:
        self.heron, self.demo, self.settings, self.patch = heron, demo, settings, patch
        demo.world.add_repository("acme/other")
        for login in ("heron", "robin", "octocat"):
            demo.world.add_user(login)
        settings.GITHUB_API_URL, settings.GITHUB_TOKEN = demo.url, "demo"
        identities.forget_identities()
        write_heartbeat()
        node = demo.world.repository("acme/web").id
        self.web = repository("acme/web", node_id=node, last_polled_at=at(1))
        Subscription.objects.create(user=heron, repository=self.web, filters=["all"])
        self.robin = user("robin", confirmed=True)
        self._record()
        self._record_merging()
        self.one = PullRequest.objects.get(number=2)
        claims.claim(heron, self.one)
        snoozes.snooze(heron, self.one, until=timezone.now() + timedelta(days=1), until_event=None)
        self.view = SavedView.objects.create(user=heron, name="Broken", q="nonsense:term")
        self._tell("sent", channel="U0HERON", answer="ok", reason="wren asked you.", ended_at=at(8))
        self._tell("suppressed", rule="own_action", reason="It was you.", ended_at=at(8))

    def _record(self) -> None:
        timeline = (
            item("review_requested", 0, "wren", "heron"),
            item("review_requested", 0, None, "acme/platform"),
            item("reviewed", 3, "robin", "approved"),
            item("labeled", 4, "wren", "bug"),
        )
        full: dict[str, Any] = {
            "author": "wren",
            "labels": (label("bug"),),
            "assignees": ("heron",),
            "review_requests": (asked("heron"), asked("acme/platform", code_owner=True)),
            "reviews": (review("robin", minutes=3), review(None, "commented", 2)),
            "timeline": timeline,
        }
        closed = {"state": "merged", "merged_at": at(2), "closed_at": at(2)}
        others = [snapshot(1, author=None), snapshot(3, draft=True), snapshot(4, **closed)]
        record(self.web, [snapshot(2, **full, updated_at=at(4)), *others], now=at(5))
        changed = {
            "title": "Another title",
            "head_sha": "c" * 40,
            "base": "next",
            "ci": "failure",
            "mergeable": "conflicting",
            "labels": (),
            "assignees": (),
            "reviews": (review("robin", "dismissed", 3),),
            "updated_at": at(6),
        }
        record(self.web, [snapshot(2, **{**full, **changed})], now=at(7))

    def _record_merging(self) -> None:
        """Pull requests whose history holds every change about the merge, in both directions."""
        asked_first = item("review_requested", 1, "wren", "finch")
        approved: dict[str, Any] = {
            "author": "wren",
            "review_requests": (asked("finch"),),
            "reviews": (review("robin", "approved", 3, "a" * 40),),
            "timeline": (asked_first, item("reviewed", 3, "robin", "approved")),
        }
        counted = {"decision": "approved", "unresolved_threads": 2, "same_repository": True}
        queue = {"merge_queue": MergeQueueEntry(2, at(4), "wren")}
        itself = {"auto_merge": AutoMerge("wren", at(4))}
        stacked = snapshot(STACKED, base="below", head="above", merging=merging(**counted), **approved)
        queued = snapshot(QUEUED, head="queued", merging=merging(**counted), **approved)
        below = snapshot(BELOW, head="below", merging=merging(**counted), **approved)
        record(self.web, [queued, stacked], now=at(5))
        record(self.web, [below], now=at(5))
        moved = {"merging": merging(**counted, **queue)}, {"merging": merging(**counted, **itself)}
        record(self.web, [replace(queued, **moved[0]), replace(below, **moved[1])], now=at(6))
        left = (
            item("unqueued", 7, None, "failed_checks"),
            replace(item("review_dismissed", 7, "wren", "robin"), by_push=True),
        )
        stale = {
            "reviews": (review("robin", "dismissed", 3, "a" * 40),),
            "timeline": (*approved["timeline"], *left),
            "merging": merging(decision="review_required", same_repository=True),
        }
        record(self.web, [replace(queued, **stale), replace(below, merging=merging(**counted))], now=at(8))

    def _tell(self, state: str, **values: Any) -> None:
        number = Delivery.objects.count() + 1
        Delivery.objects.create(
            user=self.heron, pull_request=self.one, event=number, asked_kind="user", asked_name="heron", recipient="heron", due_at=at(6), state=state, **values
        )  # fmt: skip

    def prepare(self, call: Call) -> Call:
        """Prepares `call`, and returns it with the id of the existing view."""
        if call.before:
            getattr(self, call.before)()
        if call.parameters.get("id") == "{view}":
            return Call(call.name, call.status, {"id": str(self.view.pk)})
        return call

    def no_worker(self) -> None:
        self.patch.setattr(health, "_STARTED", time.monotonic() - 3600)
        Heartbeat.objects.update(at=timezone.now() - timedelta(hours=1))

    def claimed_by_robin(self) -> None:
        claims.release(self.heron, self.one)
        claims.claim(self.robin, self.one)

    def watches_enough(self) -> None:
        self.settings.SUBSCRIPTIONS_PER_USER = 1

    def token_revoked(self) -> None:
        self.settings.GITHUB_TOKEN = "revoked"

    def github_away(self) -> None:
        self.settings.GITHUB_TOKEN = "demo"
        RateLimit.objects.update(blocked_until=None)
        self.demo.faults.bad_gateway()
