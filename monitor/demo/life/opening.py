"""A new pull request: of a bot, of the viewer, or of a colleague who asks for reviews."""

from __future__ import annotations

from monitor.demo.life import acme
from monitor.demo.life.conversation import request_review
from monitor.demo.life.scene import Scene
from monitor.demo.world.objects import PullRequest


def open_pull_request(scene: Scene, _: PullRequest | None = None) -> str:
    """A new pull request: some by a bot or an agent, one in eight the viewer's own, many that ask the viewer or their team."""
    random, world = scene.random, scene.world
    samples = {sample.name: sample for sample in acme.REPOSITORIES}
    repo = min(random.sample(scene.repositories(), min(3, len(scene.repositories()))), key=lambda one: len(one.pulls))
    sample = samples.get(repo.name, acme.REPOSITORIES[0])
    if random.random() < 0.12:
        pull = world.open(
            repo, f"Bump {random.choice(acme.PACKAGES)} to its latest release", author=random.choice(acme.BOTS)
        )
    elif random.random() < 0.08:
        pull = world.open(
            repo, random.choice(acme.CHORES).format(random.choice(sample.subjects)), author=f"{acme.AGENT}[bot]"
        )
        world.assign(pull, random.choice((scene.viewer, random.choice(acme.PEOPLE))))
    else:
        author = (
            scene.viewer
            if random.random() < 0.12
            else random.choice([one for one in acme.PEOPLE if one != scene.viewer])
        )
        title = f"{random.choice(acme.VERBS)} {random.choice(sample.subjects)}"
        files = random.sample(sample.paths, random.randrange(1, len(sample.paths) + 1))
        pull = world.open(repo, title, author=author, draft=random.random() < 0.15, files=files)
        request_review(scene, pull)
    world.set_checks(pull, "PENDING")
    return f"{pull.slug} opened"
