"""Migrations of data: what is stored already reads as if it were written today."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from monitor.models import Person, PullRequest
from monitor.recording.recorder import record
from tests.builders import at, label, repository, snapshot, user

NEW = '"decision":null,"merge_queue":null,"auto_merge":null,"unresolved_threads":0,"stacked_on":null,'


@pytest.mark.django_db
def test_stored_documents_get_the_keys_that_are_not_built_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("monitor.migrations.0002_keys_not_built_yet")
    monkeypatch.setattr(migration, "AT_ONCE", 2)
    nasty = ',"additions": and ,"claimed": are no keys here'
    looks = [snapshot(number, title=nasty, labels=(label(nasty),)) for number in range(1, 6)]
    record(repository(), looks, now=at(1), first_look=True)
    written = dict(PullRequest.objects.values_list("number", "document"))
    old = {number: text.replace(NEW, "").replace('"waits_for":null,', "") for number, text in written.items()}
    assert all(len(old[number]) < len(written[number]) for number in written)
    for row in PullRequest.objects.filter(number__gt=1):
        PullRequest.objects.filter(pk=row.pk).update(document=old[row.number])
    for _ in range(2):  # broken off and run again, it changes nothing twice
        migration.add_keys(apps, connection.schema_editor())
        assert dict(PullRequest.objects.values_list("number", "document")) == written


@pytest.mark.django_db
def test_only_a_lead_can_have_entered_the_logins_of_people_without_an_account() -> None:
    migration = import_module("monitor.migrations.0007_login_vouched_for")
    typed, entered = user("wren").person, Person.objects.create(github_login="finch")
    signed_in = user("lark", confirmed=True).person
    nameless = Person.objects.create(slack_user_id="U0TEAL")
    migration.confirm_those_without_an_account(apps, connection.schema_editor())
    confirmed = set(Person.objects.filter(github_login_confirmed=True))
    assert confirmed == {entered, signed_in}
    assert not confirmed & {typed, nameless}


BEFORE = ("monitor", "0011_sign_in_tries")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_slack_id_stays_with_whoever_is_confirmed_or_was_first(caplog: pytest.LogCaptureFixture) -> None:
    MigrationExecutor(connection).migrate([BEFORE])
    try:
        old = MigrationExecutor(connection).loader.project_state([BEFORE]).apps.get_model("monitor", "Person")
        for login, member, confirmed in (
            ("finch", "U0ONE", False), ("wren", "U0ONE", True), ("lark", "U0TWO", False), ("teal", "U0TWO", False),
            ("plover", "", False), ("heron", "", False),
        ):  # fmt: skip
            old.objects.create(github_login=login, slack_user_id=member, github_login_confirmed=confirmed)
    finally:
        latest = MigrationExecutor(connection)
        latest.migrate(latest.loader.graph.leaf_nodes())  # with all that came after: other tests use this database
    assert dict(Person.objects.values_list("github_login", "slack_user_id")) == {
        "finch": "", "wren": "U0ONE", "lark": "U0TWO", "teal": "", "plover": "", "heron": "",
    }  # fmt: skip
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(told) == 2
    assert "U0ONE" in told[0]
    assert "(finch) had it too" in told[0]
