"""The search connection: the few qualifiers a watcher of pull requests uses."""

from __future__ import annotations

from monitor.demo.credentials import Credential
from monitor.demo.objects import PullRequest
from monitor.demo.world import World


def found(world: World, credential: Credential, query: str) -> list[PullRequest]:
    """Visible pull requests that fit all the words, last updated first; 1,000 at most, as on GitHub."""
    words = query.split()
    homes = [home for home in set(world.repositories.values()) if credential.sees(home)]
    repos = {word[5:].lower() for word in words if word.startswith("repo:")}
    if repos:
        homes = [home for home in homes if home.name_with_owner.lower() in repos]
    hits = [pull for home in homes for pull in home.pulls.values() if all(_fits(pull, word) for word in words)]
    return sorted(hits, key=lambda pull: (pull.updated_at, pull.database_id), reverse=True)[:1000]


def _fits(pull: PullRequest, word: str) -> bool:
    name, _, value = word.partition(":")
    match name, value.lower():
        case "is" | "type" | "state", "pr" | "repo":
            return True
        case "is" | "state", "open" | "closed" as state:
            return (pull.state == "OPEN") == (state == "open")
        case "is", "merged":
            return pull.merged
        case "draft", wanted:
            return pull.is_draft == (wanted == "true")
        case "org" | "user", login:
            return pull.repository.owner.login.lower() == login
        case "author", login:
            return pull.author is not None and pull.author.login.lower() == login
        case "updated", bound if bound.startswith(">="):
            return f"{pull.updated_at:%Y-%m-%dt%H:%M:%S}" >= bound[2:].removesuffix("z").split("+")[0]
        case "repo" | "sort", _:
            return True
    return word.lower() in pull.title.lower()
