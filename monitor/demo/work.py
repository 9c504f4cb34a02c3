"""What happens to a pull request of the demo itself: pushed, checked, made ready, merged; None where it does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.demo.movers import owner
from monitor.demo.objects import PullRequest

if TYPE_CHECKING:
    from monitor.demo.life import Life


def push(life: Life, pull: PullRequest) -> str | None:
    life.world.push(pull, by=owner(life, pull))
    life.world.set_checks(pull, "PENDING")
    return f"{pull.slug}: pushed"


def force_push(life: Life, pull: PullRequest) -> str | None:
    life.world.force_push(pull, by=owner(life, pull))
    life.world.set_checks(pull, "PENDING")
    life.world.set_mergeable(pull, "MERGEABLE")
    return f"{pull.slug}: rebased"


def checks(life: Life, pull: PullRequest) -> str | None:
    """Running checks end; failed ones are run again; passed ones are left alone."""
    if pull.head.rollup == "SUCCESS":
        return None
    running = pull.head.rollup in ("PENDING", None)
    state = life.random.choices(("SUCCESS", "FAILURE"), (4, 1))[0] if running else "PENDING"
    life.world.set_checks(pull, state)
    return f"{pull.slug}: checks {state.lower()}"


def conflict(life: Life, pull: PullRequest) -> str | None:
    life.world.set_mergeable(pull, "MERGEABLE" if pull.mergeable == "CONFLICTING" else "CONFLICTING")
    return f"{pull.slug}: {pull.mergeable.lower()}"


def retitle(life: Life, pull: PullRequest) -> str | None:
    marked = pull.title.endswith(" (part 1)")
    title = pull.title.removesuffix(" (part 1)") if marked else f"{pull.title} (part 1)"
    life.world.retitle(pull, title, by=owner(life, pull))
    return f"{pull.slug}: retitled"


def change_base(life: Life, pull: PullRequest) -> str | None:
    base = "main" if pull.base_ref_name != "main" else "release"
    life.world.change_base(pull, base, by=owner(life, pull))
    return f"{pull.slug}: base changed"


def draft_or_ready(life: Life, pull: PullRequest) -> str | None:
    if pull.is_draft:
        life.world.ready_for_review(pull, by=owner(life, pull))
        return f"{pull.slug}: ready for review"
    if life.random.random() < 0.8:
        return None
    life.world.convert_to_draft(pull, by=owner(life, pull))
    return f"{pull.slug}: back to draft"


def merge(life: Life, pull: PullRequest) -> str | None:
    """Only what is approved, green and free of conflicts; the reader's own they merge themselves, seldom."""
    approved = any(one.state == "APPROVED" for one in pull.reviews)
    if pull.is_draft or not approved or pull.head.rollup != "SUCCESS" or pull.mergeable != "MERGEABLE":
        return None
    life.world.merge(pull, by=owner(life, pull))
    return f"{pull.slug}: merged"


def wind_up(life: Life, pull: PullRequest) -> str:
    """Merge or close it, whatever its state, because it has been around for long."""
    if pull.is_draft or life.random.random() < 0.2:
        life.world.close(pull, by=owner(life, pull))
        return f"{pull.slug}: closed"
    life.world.merge(pull, by=owner(life, pull))
    return f"{pull.slug}: merged"


def close_or_reopen(life: Life, pull: PullRequest) -> str | None:
    closed = [one for one in pull.repository.pulls.values() if one.state == "CLOSED"]
    if closed and life.random.random() < 0.5:
        life.world.reopen(closed[-1], by=owner(life, closed[-1]))
        return f"{closed[-1].slug}: reopened"
    life.world.close(pull, by=owner(life, pull))
    return f"{pull.slug}: closed"
