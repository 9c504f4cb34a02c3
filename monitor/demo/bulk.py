"""Big worlds, cheaply: many repositories with many open pull requests each, for benchmarks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.demo.acts import act
from monitor.demo.objects import Repository
from monitor.demo.pulls import open as open_pull

if TYPE_CHECKING:
    from monitor.demo.world import World


@act
def add_many(
    world: World, repositories: int, pulls: int, *, organization: str = "bulk", author: str = "heron"
) -> list[Repository]:
    """`repositories` repositories `organization/repo-0001…`, each with `pulls` open pull requests a minute apart."""
    homes = [world.add_repository(f"{organization}/repo-{number:04}") for number in range(1, repositories + 1)]
    for home in homes:
        for number in range(pulls):
            pull = open_pull(world, home, f"Change {number + 1}", author=author, files=("src/main.py",))
            pull.created_at -= timedelta(minutes=pulls - number)
            pull.updated_at = pull.published_at = pull.created_at
            pull.head.rollup, pull.head.committed_date = "SUCCESS", pull.created_at
        home.unsorted = True
    return homes
