"""The demo GitHub: a made-up GitHub over real HTTP, for the demo mode; tests and benchmarks build on it.

    world = demo_world()                      # a believable one; World() is an empty one
    life = Life(world).start()                # something happens every few seconds
    with DemoServer(world, port=8010) as github:
        print(github.url)                     # for GITHUB_API_URL; the token "demo" sees everything

Acts of a world (all thread-safe): open push force_push retitle change_base ready_for_review convert_to_draft merge
close reopen · enqueue dequeue enable_auto_merge disable_auto_merge · label unlabel assign unassign comment ·
request_review remove_request review dismiss open_thread resolve_thread unresolve_thread · set_checks set_mergeable
set_behind · set_rules rename transfer archive unarchive delete restore make_private make_public edit_file
edit_codeowners · add_team add_member remove_member edit_team · add_user rename_account delete_account.
`World(now=clock)` takes a clock of yours; times are whole seconds.
"""

from monitor.demo.life.history import demo_world
from monitor.demo.life.life import Life
from monitor.demo.server.server import DemoServer
from monitor.demo.world.world import World

__all__ = ["DemoServer", "Life", "World", "demo_world"]
