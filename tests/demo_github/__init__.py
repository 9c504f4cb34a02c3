"""The demo GitHub as tests and benchmarks use it: with a log, faults on order, webhooks, and lists over REST.

from tests.demo_github import DemoGitHub, World, add_many

world = World()                                               # or demo_world(): a believable one, full of life
web = world.add_repository("acme/web", private=True, codeowners="* @acme/platform\\n")
world.add_team("acme/platform", ["wren", "finch"])
pull = world.open("acme/web", "Add retries", author="heron")  # asks the code owners, as GitHub does
world.request_review(pull, "wren")                            # a person, or a team: "acme/platform"
world.review(pull, "APPROVED", by="wren")                     # settles wren's request and the team's
with DemoGitHub(world) as github:                             # token "demo" belongs to plover and sees everything
    os.environ["GITHUB_API_URL"] = github.url
    github.add_token("narrow", "finch", scopes={"public_repo"})
    github.faults.bad_gateway(over_ids=20)                    # see faults.py for all of them
    with github.faults.hold(only="PrProbe") as hold:          # the next probe waits …
        hold.reached.wait(5); github.tokens.revoke("demo")    # … and goes on when the block ends
    assert sum(request.points for request in github.asked("PrProbe")) <= 1
"""

from monitor.demo import Life, World, demo_world
from monitor.demo.server.apps import App
from monitor.demo.server.credentials import FINE_GRAINED
from tests.demo_github.bulk import add_many
from tests.demo_github.github import DemoGitHub
from tests.demo_github.older_servers import MERGING
from tests.demo_github.webhooks import sign

__all__ = ["FINE_GRAINED", "MERGING", "App", "DemoGitHub", "Life", "World", "add_many", "demo_world", "sign"]
