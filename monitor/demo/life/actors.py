"""Who does something to a pull request; never the viewer, who sits in front of the dashboard."""

from __future__ import annotations

from monitor.demo.life import acme
from monitor.demo.life.scene import Scene
from monitor.demo.world.objects import PullRequest


def colleague(scene: Scene, pull: PullRequest) -> str:
    """A colleague who is neither the author nor the viewer."""
    return scene.random.choice([login for login in acme.PEOPLE if login != scene.viewer and not is_by(pull, login)])


def is_by(pull: PullRequest, login: str) -> bool:
    return pull.author is not None and pull.author.login == login


def author_or_colleague(scene: Scene, pull: PullRequest) -> str:
    """The author, or a colleague where the author is a bot, deleted, or the viewer."""
    author = pull.author
    if author is None or author.deleted or author.typename != "User" or author.login == scene.viewer:
        return colleague(scene, pull)
    return author.login
