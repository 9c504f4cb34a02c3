"""A believable world to begin with: acme after some days of work, with every situation the viewer can be in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

from monitor.demo.life import acme, merging_history
from monitor.demo.life.past import Past
from monitor.demo.world.state import system_now
from monitor.demo.world.world import World


def demo_world(seed: int = 1, now: Callable[[], datetime] = system_now) -> World:
    """The world of the demo, with a past of some days; `plover` is the viewer. The same seed gives the same world."""
    world = World(seed=seed, now=now)
    past = Past(world, now())
    past.people()
    past.repositories()
    for situation in (_waiting_for_viewer, _by_viewer, _bots_and_strangers, _closed, *merging_history.SITUATIONS):
        situation(past)
    _others(past, Random(f"crowd {seed}"))  # noqa: S311 - a story, no secret
    past.number()
    world.clock = now
    return world


def _waiting_for_viewer(past: Past) -> None:
    world, opened = past.world, past.opened
    opened(3, "payments-api", "Retry refund webhooks with backoff", "heron", ["api/refunds.py"], ask=["plover"])
    seen = opened(50, "checkout", "Move card form to the new wallet", "sorrel", ["src/payment/card.ts"], lines=320)
    past.ago(28)
    world.review(seen, "CHANGES_REQUESTED", by="plover", body="The error state is lost.")
    past.ago(2)
    world.push(seen)
    world.set_checks(seen, "SUCCESS")
    opened(20, "infra", "Upgrade the orders database", "juniper", ["terraform/db.tf"], labels=["urgent"])
    talked = opened(46, "web", "Lazy images on the home page", "teasel", ["app/home.tsx"])
    past.ago(22)
    world.review(talked, "COMMENTED", by="plover", body="Does this shift the layout?")
    past.ago(1)
    world.comment(talked, "Not any more, heights are reserved now.", by="teasel")
    opened(
        70, "design-system", "Smaller buttons in dense tables", "bramble", ["src/button.tsx"], ask=["plover", "lark"]
    )
    opened(30, "checkout", "Let coupons stack", "finch", ["src/coupons.ts"], ask=["acme/payments"])
    opened(9, "docs", "Webhook examples in four languages", "lark", ["guides/webhooks.md"], lines=600)
    opened(5, "mobile", "Sync while offline", "finch", ["shared/sync.ts"], ask=["plover"], checks="PENDING")
    again = opened(96, "design-system", "Dark tokens for charts", "bramble", ["tokens/colour.json"], ask=["plover"])
    past.ago(60)
    world.review(again, "APPROVED", by="plover")
    past.ago(4)
    world.push(again)
    world.set_checks(again, "SUCCESS")
    world.request_review(again, "plover", by="bramble")
    opened(7, "data-lake", "Prune partitions in the daily pipeline", "teasel", ["pipelines/daily.py"])


def _by_viewer(past: Past) -> None:
    world, opened = past.world, past.opened
    ready = opened(40, "web", "Keep search terms in the address", "plover", ["app/search.tsx"], ask=["heron", "wren"])
    past.ago(12)
    world.review(ready, "APPROVED", by="heron")
    world.review(ready, "APPROVED", by="wren")
    opened(26, "mobile", "Fix crash on rotation", "plover", ["ios/Login.swift"], ask=["finch"], checks="FAILURE")
    back = opened(
        75, "payments-api", "Round per currency", "plover", ["api/charges.py"], ask=["wren", "heron"], lines=140
    )
    past.ago(18)
    world.review(back, "APPROVED", by="heron")
    past.ago(6)
    world.review(back, "CHANGES_REQUESTED", by="wren", body="Yen has no cents.")
    conflict = opened(90, "infra", "Larger cache for sessions", "plover", ["terraform/cache.tf"], ask=["juniper"])
    world.set_mergeable(conflict, "CONFLICTING")
    opened(2, "web", "Visible focus in the account menu", "plover", ["app/home.tsx"])
    opened(15, "checkout", "Try passkeys at guest checkout", "plover", ["src/cart.ts"], draft=True, checks="PENDING")
    waiting = opened(33, "docs", "Describe refund limits", "plover", ["reference/api.md"], ask=["lark"])
    past.ago(21)
    world.assign(waiting, "plover", by="plover")


def _bots_and_strangers(past: Past) -> None:
    world, opened = past.world, past.opened
    for hours, place, package in ((31, "web", "vite"), (29, "payments-api", "urllib3"), (8, "docs", "eslint")):
        opened(
            hours, place, f"Bump {package} to its latest release", "dependabot", ["README.md"], labels=["dependencies"]
        )
    opened(55, "infra", "Update terraform-aws", "renovate", ["terraform/db.tf"], checks="FAILURE")
    opened(400, "mobile", "Android back gesture", "kestrel", ["android/Login.kt"], ask=["finch"])
    world.delete_account("kestrel")
    opened(11, "web", "Typo on the home page", "passer-by", ["app/home.tsx"]).is_cross_repository = True


def _closed(past: Past) -> None:
    world = past.world
    for number, sample in enumerate(acme.REPOSITORIES):
        hours = 30 + 9 * number
        merged = past.opened(hours + 40, sample.name, f"Remove {sample.subjects[0]}", "juniper", sample.paths[:1])
        past.ago(hours + 10)
        world.review(merged, "APPROVED", by="wren")
        past.ago(hours)
        world.merge(merged, by="juniper")
    given_up = past.opened(200, "web", "Another cookie banner", "lark", ["app/home.tsx"])
    past.ago(120)
    world.close(given_up, by="lark")


def _others(past: Past, random: Random) -> None:
    """Other people's pull requests, so that most of what moves does not concern the viewer."""
    others = [login for login in acme.PEOPLE if login != acme.VIEWER]
    for sample in acme.REPOSITORIES:
        author, reviewer = random.sample(others, 2)
        hours = random.uniform(4, 150)
        title = f"{random.choice(acme.VERBS)} {random.choice(sample.subjects)}"
        pull = past.opened(
            hours, sample.name, title, author, sample.paths[-1:], ask=[reviewer], lines=random.randrange(8, 700)
        )
        if random.random() < 0.5:
            past.ago(hours / 2)
            past.world.review(pull, random.choice(("APPROVED", "COMMENTED")), by=reviewer)
