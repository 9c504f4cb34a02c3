"""The demo GitHub: a made-up GitHub over real HTTP, for tests, the demo mode and the benchmarks.

    from monitor.demo import DemoGitHub, World

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

Acts of a world (all thread-safe): open push force_push retitle change_base ready_for_review convert_to_draft merge
close reopen · label unlabel assign unassign comment · request_review remove_request review dismiss · set_checks
set_mergeable · rename transfer archive unarchive delete restore make_private make_public edit_file edit_codeowners ·
add_member remove_member edit_team delete_account · add_many. `World(now=clock)` takes a clock of yours; times are whole seconds.
"""

from monitor.demo.acme import demo_world
from monitor.demo.app import App
from monitor.demo.credentials import FINE_GRAINED, Credential
from monitor.demo.faults import Faults
from monitor.demo.life import Life
from monitor.demo.server import DemoGitHub
from monitor.demo.webhooks import sign
from monitor.demo.world import World

__all__ = ["FINE_GRAINED", "App", "Credential", "DemoGitHub", "Faults", "Life", "World", "demo_world", "sign"]
