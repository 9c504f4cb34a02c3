"""Who owns what in acme, which changes now and then."""

from __future__ import annotations

from monitor.demo.life import acme
from monitor.demo.life.scene import Scene
from monitor.demo.world.objects import PullRequest


def change_owners(scene: Scene, pull: PullRequest) -> str | None:
    """Somebody joins or leaves the front-end team, or a CODEOWNERS file gets another line."""
    if "acme/frontend" not in scene.world.teams:
        return None
    if scene.random.random() < 0.5:
        text = (
            "* @acme/platform\n"
            if pull.repository.name == "infra"
            else f"/{scene.random.choice(acme.LABELS)}/ @heron\n"
        )
        sample = next((one for one in acme.REPOSITORIES if one.name == pull.repository.name), None)
        scene.world.edit_codeowners(pull.repository, (sample.codeowners if sample else "") + text)
        return f"{pull.repository.name_with_owner}: CODEOWNERS changed"
    member = scene.world.account("teasel") in scene.world.teams["acme/frontend"].people
    (scene.world.remove_member if member else scene.world.add_member)("acme/frontend", "teasel")
    return "acme/frontend: teasel comes or goes"
