"""Big worlds, cheaply: many repositories with many open pull requests each."""

from __future__ import annotations

from datetime import timedelta

from monitor.demo import World
from monitor.demo.world.objects import Repository


def add_many(
    world: World, repositories: int, pulls: int, *, organization: str = "bulk", author: str = "heron"
) -> list[Repository]:
    """`repositories` repositories `organization/repo-0001…`, each with `pulls` open pull requests a minute apart."""
    with world.lock:
        added = [world.add_repository(f"{organization}/repo-{number:04}") for number in range(1, repositories + 1)]
        for repository in added:
            for number in range(pulls):
                pull = world.open(repository, f"Change {number + 1}", author=author, files=("src/main.py",))
                pull.created_at -= timedelta(minutes=pulls - number)
                pull.updated_at = pull.published_at = pull.created_at
                pull.head.rollup, pull.head.committed_date = "SUCCESS", pull.created_at
            repository.unsorted = True
    return added
