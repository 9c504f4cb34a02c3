"""Code owners of pull requests: from the demo GitHub's files to documents, roles and the audience of live frames."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic, sleep

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from monitor import tasks
from monitor.models import CodeownersFile, Event, Involvement, Ownership, PullRequest, Repository, Team
from tests.builders import user
from tests.demo_github import DemoGitHub, World

pytestmark = pytest.mark.django_db(transaction=True)
Look = Callable[..., int]
CHECKED_LONG_AGO = timedelta(hours=1)


def owners(number: int = 1) -> list[tuple[str, str, int, int]]:
    document = json.loads(PullRequest.objects.get(number=number).document)
    return [(one["owner"], one["rule"], one["line"], one["paths_total"]) for one in document["code_owners"]]


def code_owners() -> set[str]:
    return set(Involvement.objects.filter(role="code_owner").values_list("name", flat=True))


def an_hour_passes() -> None:
    Repository.objects.update(owners_checked_at=timezone.now() - CHECKED_LONG_AGO)


@pytest.fixture
def home(world: World, watch: Callable[..., Repository], look: Look) -> Repository:
    """acme/web, watched since its first look; whoever touches the database is lark's business."""
    world.edit_codeowners("acme/web", "* @wren\n/db/ @lark @acme/platform\n/docs/\n")
    home = watch("acme/web")
    look()
    return home


def test_a_new_pull_request_names_its_owners_and_they_hear_of_it(home: Repository, world: World, look: Look) -> None:
    world.open(
        "acme/web", "Indices", author="heron", draft=True, files=["db/a.sql", "db/b.sql", "README.md", "docs/x.md"]
    )
    look()
    assert owners() == [("@wren", "*", 1, 1), ("@lark", "/db/", 2, 2), ("@acme/platform", "/db/", 2, 2)]
    assert code_owners() == {"wren", "lark", "acme/platform"}
    # A draft requests no review, but subscribers to their own code get the event all the same.
    assert set(Event.objects.get().audience["code_owner"]) == {"wren", "lark", "acme/platform"}
    assert Team.objects.filter(name="acme/platform").exists()


def test_what_was_there_at_the_first_look_has_owners_too(
    world: World, watch: Callable[..., Repository], look: Look
) -> None:
    world.edit_codeowners("acme/web", "* @wren\n")
    world.open("acme/web", "Old", author="heron")
    watch("acme/web")
    look()
    assert owners() == [("@wren", "*", 1, 1)]


def test_files_are_read_once_for_a_head_and_codeowners_once_for_all(
    home: Repository, github: DemoGitHub, world: World, look: Look
) -> None:
    pulls = [world.open("acme/web", f"Change {at}", author="heron", files=["db/a.sql"]) for at in range(3)]
    look()
    # The branch had no open pull request at the first look, so its file is read now.
    assert len(github.asked("Codeowners")) == 1
    assert len(github.asked("PrFiles")) == 1
    github.log.clear()
    for pull in pulls:
        world.comment(pull, by="finch")
    look()
    assert not github.asked("PrFiles")
    assert not github.asked("Codeowners")
    world.push(pulls[0], files=["x.py"])
    look()
    assert len(github.asked("PrFiles")) == 1
    assert owners(1) == [("@wren", "*", 1, 1), ("@lark", "/db/", 2, 1), ("@acme/platform", "/db/", 2, 1)]


def test_codeowners_edited_on_the_base_branch_gives_other_owners_without_reading_files_again(
    home: Repository, github: DemoGitHub, world: World, look: Look
) -> None:
    world.open("acme/web", "Indices", author="heron", draft=True, files=["db/a.sql"])
    look()
    events = Event.objects.count()
    world.edit_codeowners("acme/web", "* @wren\n# one more line\n/db/*.sql @finch\n")
    github.log.clear()
    look()
    assert owners() == [("@lark", "/db/", 2, 1), ("@acme/platform", "/db/", 2, 1)]  # looked at now and then
    an_hour_passes()
    look()
    assert owners() == [("@finch", "/db/*.sql", 3, 1)]
    assert code_owners() == {"finch"}
    assert not github.asked("PrFiles")
    assert Event.objects.count() == events
    world.edit_codeowners("acme/web", None)
    an_hour_passes()
    look()
    assert owners() == []
    assert code_owners() == set()


def test_a_codeowners_file_that_names_its_first_owner_later(
    world: World, github: DemoGitHub, watch: Callable[..., Repository], look: Look
) -> None:
    world.edit_codeowners("acme/web", "# nobody yet\n*\n")
    world.open("acme/web", "Indices", author="heron", files=["db/a.sql"])
    watch("acme/web")
    look()
    assert owners() == []
    assert not github.asked("PrFiles")
    world.edit_codeowners("acme/web", "/db/ @lark\n")
    an_hour_passes()
    look()
    assert owners() == [("@lark", "/db/", 1, 1)]


def test_each_base_branch_has_its_own_file_and_places_have_an_order(home: Repository, world: World, look: Look) -> None:
    world.edit_codeowners("acme/web", "* @finch\n", branch="release")
    world.edit_file("acme/web", "docs/CODEOWNERS", "* @nobody\n", branch="release")
    world.edit_codeowners("acme/web", None, branch="old")
    world.edit_file("acme/web", "docs/CODEOWNERS", "* @bramble\n", branch="old")
    for base in ("main", "release", "old"):
        world.open("acme/web", f"To {base}", author="heron", base=base, draft=True)
    look()
    assert [owners(number)[0][0] for number in (1, 2, 3)] == ["@wren", "@finch", "@bramble"]
    pull = world.pull("acme/web#1")
    world.change_base(pull, "release")
    look()
    assert owners(1) == [("@finch", "*", 1, 1)]


def test_equal_files_are_kept_once_and_idle_looks_write_nothing(
    home: Repository, github: DemoGitHub, world: World, look: Look
) -> None:
    world.open("acme/web", "One", author="heron", draft=True)
    look()
    assert CodeownersFile.objects.count() == 1
    an_hour_passes()
    github.log.clear()
    before = list(Ownership.objects.values())
    look()
    assert [request.operation for request in github.log].count("Codeowners") == 1
    assert sum(request.points for request in github.asked("Codeowners")) == 1
    assert list(Ownership.objects.values()) == before


def test_housekeeping_deletes_files_without_a_branch(home: Repository, world: World, look: Look) -> None:
    world.open("acme/web", "One", author="heron", draft=True)
    look()
    world.edit_codeowners("acme/web", "* @finch\n")
    an_hour_passes()
    look()
    assert CodeownersFile.objects.count() == 2
    tasks.housekeeping()
    assert [file.text for file in CodeownersFile.objects.all()] == ["* @finch\n"]


def test_without_codeowners_nobody_asks_for_files(
    world: World, github: DemoGitHub, watch: Callable[..., Repository], look: Look
) -> None:
    world.open("acme/web", "One", author="heron")
    watch("acme/web")
    look()
    assert not github.asked("PrFiles")
    assert not Ownership.objects.exists()


def page_of(who: str, client: Client, number: int = 1) -> str:
    client.force_login(user(who, is_staff=True))
    return client.get(f"/pull-requests/acme/web/{number}").content.decode()


def test_a_base_branch_without_codeowners_means_no_owners(
    home: Repository, world: World, look: Look, client: Client
) -> None:
    pull = world.open("acme/web", "Notes", author="heron", files=["README.md"])
    look()
    assert (owners(), code_owners()) == ([("@wren", "*", 1, 1)], {"wren"})
    world.change_base(pull, "release")
    look()
    assert (owners(), code_owners()) == ([], set())
    page = page_of("wren", client)
    assert "You are asked for a review" in page
    assert "You own code it changes" not in page
    assert "as code owner" in page  # that is how wren was asked, and stays true
    world.change_base(pull, "main")
    look()
    assert code_owners() == {"wren"}


def test_rules_of_the_old_base_are_not_shown_for_an_unreadable_new_base(
    home: Repository, world: World, github: DemoGitHub, look: Look
) -> None:
    pull = world.open("acme/web", "Notes", author="heron", files=["README.md"], draft=True)
    look()
    world.change_base(pull, "release")
    github.faults.bad_gateway(only="Codeowners", times=1)
    look()
    assert json.loads(PullRequest.objects.get().document)["base"] == "release"
    assert (owners(), code_owners()) == ([], set())


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param("* @wren\n/docs/ docs@example.com\n", id="an address GitHub knows the account of"),
        pytest.param("#" * 4_000_000, id="too large"),
    ],
)
def test_githubs_code_owner_flag_counts_if_the_rules_are_incomplete(
    home: Repository, world: World, look: Look, client: Client, rules: str
) -> None:
    world.edit_codeowners("acme/web", rules, branch="release")
    pull = world.open("acme/web", "Docs", author="heron", files=["docs/x.md"], base="release")
    world.request_review(pull, "finch", code_owner=True)
    look()
    assert code_owners() == {"finch"}
    page = page_of("finch", client)
    assert "GitHub asks you as a code owner" in page
    assert "You own code it changes" not in page


def test_unreadable_files_delay_owners_but_not_the_pull_request(
    home: Repository, github: DemoGitHub, world: World, look: Look
) -> None:
    world.open("acme/web", "Indices", author="heron", draft=True, files=["db/a.sql"])
    github.faults.bad_gateway(only="PrFiles", times=1)
    look()
    assert Event.objects.count() == 1
    assert owners() == []
    an_hour_passes()
    look()
    assert owners() == [("@lark", "/db/", 2, 1), ("@acme/platform", "/db/", 2, 1)]


def test_the_database_is_free_while_github_is_asked(
    home: Repository, github: DemoGitHub, world: World, look: Look
) -> None:
    world.open("acme/web", "Indices", author="heron", draft=True, files=["db/a.sql"])

    def elsewhere() -> None:
        look()
        connection.close()

    with github.faults.hold(only="PrFiles") as hold:
        worker = Thread(target=elsewhere)
        worker.start()
        assert hold.reached.wait(20)
        Repository.objects.update(paused=False)  # waits, and fails, while anybody else is in a transaction
        assert not PullRequest.objects.exists()
    worker.join(20)
    assert owners() == [("@lark", "/db/", 2, 1), ("@acme/platform", "/db/", 2, 1)]


def test_nul_characters_in_the_file(home: Repository, world: World, look: Look) -> None:
    world.edit_codeowners("acme/web", "*.md @wren\n\x00\x00 @x\n* @finch\n")
    world.open("acme/web", "One", author="heron", draft=True)
    look()
    an_hour_passes()
    look()
    assert owners() == [("@finch", "*", 3, 1)]


def test_too_long_owner_names_concern_nobody(home: Repository, world: World, look: Look) -> None:
    world.edit_codeowners("acme/web", f"* @wren\n/a.py @finch @{'x' * 300} @acme/{'y' * 300}\n")
    world.open("acme/web", "One", author="heron", files=["a.py"])
    look()
    assert (PullRequest.objects.count(), code_owners()) == (1, {"wren"})
    assert not Team.objects.filter(name__startswith="acme/yyy").exists()
    home.refresh_from_db()
    assert home.status == "ok"


def test_of_more_files_than_github_lists_the_page_says_so(
    home: Repository, world: World, look: Look, client: Client
) -> None:
    world.open("acme/web", "Everything", author="heron", draft=True, files=[f"db/{at:04}.sql" for at in range(3010)])
    look()
    assert owners() == [("@lark", "/db/", 2, 3000), ("@acme/platform", "/db/", 2, 3000)]
    assert len(json.loads(PullRequest.objects.get().document)["code_owners"][0]["paths"]) == 20
    client.force_login(user("robin", is_staff=True))
    page = client.get("/pull-requests/acme/web/1").content.decode()
    assert "Only the first 3,000 of its changed files could be read" in page


# Unreadable files


def test_files_that_github_fails_on_are_not_asked_for_at_every_look(
    home: Repository, github: DemoGitHub, world: World, look: Look, time_passes: Callable[[timedelta], None]
) -> None:
    broken = github.faults.bad_gateway(only="PrFiles")
    world.clock = lambda: datetime.now(UTC) - timedelta(hours=1)  # not so fresh that it is read again to be sure
    world.open("acme/web", "Too much", author="heron")
    look()
    assert owners() == []
    time_passes(timedelta(minutes=1))
    look()  # once more at once: it may have been for a moment
    assert broken.hits == 2
    asked, hits = len(github.asked("Codeowners")), broken.hits
    time_passes(timedelta(minutes=1))
    look()
    assert (len(github.asked("Codeowners")), broken.hits) == (asked, hits)
    broken.clear()
    time_passes(timedelta(minutes=5))
    look()
    assert owners() == [("@wren", "*", 1, 1)]


def test_a_pull_request_with_failing_files_does_not_affect_other_owners(
    home: Repository, github: DemoGitHub, world: World, look: Look
) -> None:
    pulls = [world.open("acme/web", f"Change {number}", author="heron") for number in range(5)]
    github.faults.poison(pulls[1].id, only="PrFiles")
    look()
    assert [owners(number) != [] for number in range(1, 6)] == [True, False, True, True, True]
    assert PullRequest.objects.count() == 5


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_long_lists_of_files_on_a_slow_github_are_read_within_the_time_of_a_task(
    home: Repository, github: DemoGitHub, world: World, look: Look
) -> None:
    """Each has thirty pages of files, and each page takes 0.7 s: one is 21 s, three are more than a task has."""
    for number in range(3):
        world.open("acme/web", f"Sweep {number}", author="heron", files=[f"db/{at}.sql" for at in range(3000)])
    github.faults.arm("slow", "PrFiles", alter=lambda answer: (sleep(0.7), answer)[1])
    longest = 0.0
    for _ in range(12):
        began = monotonic()
        look()
        longest = max(longest, monotonic() - began)
        if all(owners(row.number) for row in PullRequest.objects.all()):
            break
        an_hour_passes()
    print(f"longest round {longest:.1f} s")
    assert longest < 45
    assert PullRequest.objects.count() == 3
    assert all(owners(row.number) for row in PullRequest.objects.all())


def test_a_file_that_graphql_cuts_off_is_read_whole_once(
    home: Repository, github: DemoGitHub, world: World, look: Look
) -> None:
    filler = "".join(f"/types/package-{at:05}/ @wren @finch @lark\n" for at in range(15_000))
    assert 512_000 < len(filler) < 3_000_000
    world.edit_codeowners("acme/web", f"{filler}/db/ @heron\n")
    world.open("acme/web", "Indices", author="teal", files=["db/a.sql", "types/package-00007/index.d.ts"])
    look()
    assert owners() == [("@wren", "/types/package-00007/", 8, 1), ("@finch", "/types/package-00007/", 8, 1),
                        ("@lark", "/types/package-00007/", 8, 1), ("@heron", "/db/", 15_001, 1)]  # fmt: skip
    an_hour_passes()
    look()
    assert len([request for request in github.log if "/git/blobs/" in request.route]) == 1


def test_a_file_that_was_stored_when_only_its_beginning_could_be_read_is_read_again(
    home: Repository, world: World, look: Look
) -> None:
    world.edit_codeowners("acme/web", "# padding\n" * 60_000 + "* @heron\n")
    world.open("acme/web", "Indices", author="teal", files=["db/a.sql"])
    look()
    CodeownersFile.objects.update(text="", truncated=True)
    an_hour_passes()
    look()
    assert [file.truncated for file in CodeownersFile.objects.all()] == [False]


def test_a_tag_with_the_name_of_the_base_branch_changes_no_owners(
    home: Repository, github: DemoGitHub, world: World, look: Look
) -> None:
    world.edit_codeowners("acme/web", "* @finch\n", branch="v1")
    world.tag_file("acme/web", "v1", ".github/CODEOWNERS", "* @lark\n")
    world.open("acme/web", "Backport", author="heron", base="v1", files=["README.md"])
    look()
    assert owners() == [("@finch", "*", 1, 1)]
