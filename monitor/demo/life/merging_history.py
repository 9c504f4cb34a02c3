"""How far merges have come when the demo begins: approvals, merge queue, auto-merge, a stack, threads, an agent."""

from __future__ import annotations

from monitor.demo.life import acme
from monitor.demo.life.past import Past
from monitor.demo.world.objects import PullRequest


def _approvals(past: Past) -> None:
    """Two are required in payments-api: one of them is there, both are while a third is asked, and one became stale."""
    world, opened = past.world, past.opened
    half = opened(
        17, "payments-api", "Charge in the buyer's currency", "plover", ["api/charges.py"], ask=["heron", "wren"]
    )
    past.ago(5)
    world.review(half, "APPROVED", by="heron")
    enough = opened(
        23, "payments-api", "Explain declined refunds", "sorrel", ["api/refunds.py"], ask=["plover", "heron", "wren"]
    )
    past.ago(9)
    world.review(enough, "APPROVED", by="heron")
    past.ago(3)
    world.review(enough, "APPROVED", by="wren")
    stale = opened(
        44, "payments-api", "Retry a charge only once", "juniper", ["api/charges.py"], ask=["plover", "heron"]
    )
    past.ago(25)
    world.review(stale, "APPROVED", by="plover")
    world.review(stale, "APPROVED", by="heron")
    past.ago(0.6)
    world.push(stale)
    world.set_checks(stale, "SUCCESS")


def _merge_queue(past: Past) -> None:
    """checkout merges through a queue: two wait in it, and one was thrown out."""
    world = past.world
    out = _approved(past, 34, "Show taxes in the cart", "plover", "finch")
    past.ago(0.7)
    world.enqueue(out, "plover")
    past.ago(0.4)
    world.dequeue(out, reason="failed_checks")
    first = _approved(past, 16, "Check out by phone number", "plover", "wren")
    second = _approved(past, 13, "Faster cart totals", "sorrel", "plover")
    past.ago(0.1)
    world.enqueue(first, "plover")
    past.ago(0.05)
    world.enqueue(second, "sorrel")


def _approved(past: Past, hours: float, title: str, author: str, reviewer: str) -> PullRequest:
    pull = past.opened(hours, "checkout", title, author, ["src/cart.ts"], ask=[reviewer])
    past.ago(hours / 4)
    past.world.review(pull, "APPROVED", by=reviewer)
    return pull


def _auto_merge(past: Past) -> None:
    """In web checks must have passed; auto-merge waits for them."""
    world = past.world
    pull = past.opened(6, "web", "Keep the scroll position", "plover", ["app/home.tsx"], ask=["lark"])
    past.ago(1)
    world.review(pull, "APPROVED", by="lark")
    past.ago(0.2)
    world.enable_auto_merge(pull, "plover")
    world.set_checks(pull, "PENDING")


def _threads(past: Past) -> None:
    """In web conversations must be resolved; two of three are open."""
    world = past.world
    pull = past.opened(28, "web", "Search as you type", "plover", ["app/search.tsx"], ask=["sorrel"], lines=180)
    past.ago(8)
    review = world.review(pull, "APPROVED", by="sorrel", body="Fine, but see my questions.")
    threads = [world.open_thread(pull, "sorrel", review=review) for _ in range(2)]
    world.open_thread(pull, "teasel", body="How many requests is that?")
    past.ago(7)
    world.resolve_thread(threads[0])


def _stack(past: Past) -> None:
    """Three that build on one another; the viewer is asked for each."""
    base = "main"
    for hours, part in ((27, "storage"), (26, "sending"), (25, "screen")):
        head = f"heron/offline-{part}"
        title = f"Work offline: {part}"
        past.opened(hours, "mobile", title, "heron", ["android/Login.kt"], ask=["plover"], base=base, head=head)
        base = head


def _agent(past: Past) -> None:
    """An agent's pull request has a person who answers for it."""
    pull = past.opened(4, "docs", "Replace dead links", acme.AGENT, ["reference/api.md"], lines=24)
    past.world.assign(pull, "plover", by="plover")


SITUATIONS = (_approvals, _merge_queue, _auto_merge, _threads, _stack, _agent)
