"""`/me`: reading and changing the profile."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from monitor.accounts.github_login_confirmation import confirm
from monitor.models import Person
from monitor.models.person import confirmed_among
from tests.api.conftest import Caller, code_of
from tests.builders import user

pytestmark = pytest.mark.django_db


def test_me_has_exactly_the_promised_keys(heron: User) -> None:
    User.objects.filter(pk=heron.pk).update(first_name="Hera", last_name="Heron")
    assert Caller(heron).read("/me") == {
        "id": heron.pk,
        "username": "heron",
        "name": "Hera Heron",
        "is_staff": False,
        "github_login": "heron",
        "github_login_confirmed": False,
        "time_zone": "UTC",
        "working_days": [1, 2, 3, 4, 5],
        "working_hours": {"start": "09:00", "end": "18:00"},
        "country": None,
        "slack_user_id": None,
        "away": None,
        "limit_hours": 8,
        "notifications": {"slack": True, "digest": True, "digest_hour": 9},
    }


def test_somebody_without_a_profile_has_the_defaults(db: None) -> None:
    nobody = Caller(user("nobody", login=None))
    assert nobody.read("/me")["github_login"] is None
    assert not Person.objects.exists()
    assert nobody.patch("/me", {"country": "at"}).json()["country"] == "AT"
    assert Person.objects.get().github_login is None


AWAY = {"from": "2999-01-01T08:00:00Z", "until": "2999-02-01T00:00:00Z", "note": ""}
CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"github_login": "Osprey"}, {"github_login": "Osprey"}),
    ({"github_login": "HERON"}, {"github_login": "HERON"}),
    ({"github_login": None}, {"github_login": None}),
    ({"time_zone": "Europe/Berlin"}, {"time_zone": "Europe/Berlin"}),
    ({"time_zone": None}, {"time_zone": "UTC"}),
    ({"working_days": [7, 1, 1]}, {"working_days": [1, 7]}),
    ({"working_hours": {"end": "12:30"}}, {"working_hours": {"start": "09:00", "end": "12:30"}}),
    ({"working_hours": {"start": "00:00", "end": "23:59"}}, {"working_hours": {"start": "00:00", "end": "23:59"}}),
    ({"country": "de"}, {"country": "DE"}),
    ({"country": "xk"}, {"country": "XK"}),
    ({"country": None}, {"country": None}),
    ({"slack_user_id": "U012AB3CD"}, {"slack_user_id": "U012AB3CD"}),
    ({"slack_user_id": ""}, {"slack_user_id": None}),
    ({"notifications": {"digest_hour": 0}}, {"notifications": {"slack": True, "digest": True, "digest_hour": 0}}),
    (
        {"notifications": {"slack": False, "digest": False}},
        {"notifications": {"slack": False, "digest": False, "digest_hour": 9}},
    ),
    ({"away": AWAY}, {"away": AWAY}),
    ({"away": {**AWAY, "note": "Lisbon"}}, {"away": {**AWAY, "note": "Lisbon"}}),
    ({"away": None}, {"away": None}),
    ({"away": {"from": "2020-01-01T00:00:00Z", "until": "2020-02-01T00:00:00Z"}}, {"away": None}),
    ({"limit_hours": 3}, {"limit_hours": 3}),
    ({"limit_hours": None}, {"limit_hours": 8}),
    ({}, {}),
]


def test_only_what_is_sent_changes(api: Caller) -> None:
    for sent, got in CHANGES:
        Person.objects.all().delete()
        before = api.patch("/me", {"github_login": "heron"}).json()
        answer = api.patch("/me", sent)
        assert answer.status_code == 200, sent
        assert answer.json() == before | got, sent
        assert api.read("/me") == before | got, sent


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"id": 7}, "id"),
    ({"is_staff": True}, "is_staff"),
    ({"username": "root"}, "username"),
    ({"github_login_confirmed": True}, "github_login_confirmed"),
    ({"github_login": "@heron"}, "github_login"),
    ({"github_login": ""}, "github_login"),
    ({"github_login": "a/b"}, "github_login"),
    ({"github_login": "x" * 101}, "github_login"),
    ({"github_login": "h\u0000"}, "github_login"),
    ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ({"time_zone": "../../etc/passwd"}, "time_zone"),
    ({"working_days": []}, "working_days"),
    ({"working_days": [0]}, "working_days"),
    ({"working_days": [8]}, "working_days"),
    ({"working_days": "weekdays"}, "working_days"),
    ({"working_days": None}, "working_days"),
    ({"working_hours": {"start": "18:00", "end": "09:00"}}, "working_hours"),
    ({"working_hours": {"start": "18:00"}}, "working_hours"),
    ({"working_hours": {"start": "9"}}, "working_hours.start"),
    ({"working_hours": {"end": "24:00"}}, "working_hours.end"),
    ({"working_hours": {"lunch": "12:00"}}, "working_hours.lunch"),
    ({"country": "ZZ"}, "country"),
    ({"country": "Germany"}, "country"),
    ({"slack_user_id": "heron"}, "slack_user_id"),
    ({"away": {}}, "away.until"),
    ({"away": {"from": "2999-01-01T08:00:00Z"}}, "away.until"),
    ({"away": {"until": "Monday"}}, "away.until"),
    ({"away": {"from": "2999-03-01T08:00:00Z", "until": "2999-02-01T00:00:00Z"}}, "away"),
    ({"away": {"until": "2020-02-01T00:00:00Z"}}, "away"),
    ({"away": {**AWAY, "note": "x" * 201}}, "away.note"),
    ({"away": {**AWAY, "where": "Lisbon"}}, "away.where"),
    ({"away": True}, "away"),
    ({"limit_hours": 0}, "limit_hours"),
    ({"limit_hours": 1001}, "limit_hours"),
    ({"limit_hours": 1.5}, "limit_hours"),
    ({"limit_hours": True}, "limit_hours"),
    ({"notifications": {"digest_hour": 24}}, "notifications.digest_hour"),
    ({"notifications": {"slack": None}}, "notifications.slack"),
    ({"notifications": {"email": True}}, "notifications.email"),
    ({"notifications": []}, "notifications"),
]


def test_what_cannot_be_is_refused_and_changes_nothing(api: Caller) -> None:
    before = api.read("/me")
    for sent, field in REFUSED:
        answer = api.patch("/me", {"country": "SE"} | sent)
        assert code_of(answer) == (422, "invalid"), sent
        assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field], sent
    assert api.read("/me") == before


def test_a_github_login_belongs_to_one_user_however_it_is_spelt(api: Caller) -> None:
    user("wren")
    assert code_of(api.patch("/me", {"github_login": "WREN", "country": "SE"})) == (409, "conflict")
    assert api.read("/me")["country"] is None


def test_a_confirmed_login_is_fixed(api: Caller) -> None:
    Person.objects.update(github_login_confirmed=True)
    assert code_of(api.patch("/me", {"github_login": "osprey"})) == (409, "conflict")
    assert code_of(api.patch("/me", {"github_login": None})) == (409, "conflict")
    assert api.patch("/me", {"github_login": "heron", "country": "SE"}).status_code == 200


@pytest.mark.parametrize("login", [None, "newcomer"])
def test_what_was_prepared_goes_to_nobody_who_only_types_the_login(db: None, login: str | None) -> None:
    known = Person.objects.create(
        github_login="Osprey", slack_user_id="U0OSPREY", time_zone="Asia/Tokyo", github_login_confirmed=True
    )
    newcomer = Caller(user("newcomer", login=login))
    answer = newcomer.patch("/me", {"github_login": "osprey"})
    assert (answer.status_code, answer.json()["github_login"]) == (200, "osprey")
    assert (answer.json()["slack_user_id"], answer.json()["github_login_confirmed"]) == (None, False)
    assert answer.json()["time_zone"] != "Asia/Tokyo"
    known.refresh_from_db()
    assert (known.user, known.slack_user_id, known.github_login_confirmed) == (None, "U0OSPREY", True)
    assert confirmed_among({"osprey"}) == set(), "what a lead prepared confirms nobody who typed it"
    other = Caller(user("other"))
    assert code_of(other.patch("/me", {"github_login": "OSPREY"})) == (409, "conflict")


def test_the_lead_s_confirmation_brings_what_was_prepared(db: None) -> None:
    newcomer = Caller(user("newcomer"))
    prepared = Person.objects.create(
        github_login="Osprey", slack_user_id="U0OSPREY", time_zone="Asia/Tokyo", country="JP", digest=False
    )
    newcomer.patch("/me", {"github_login": "osprey", "time_zone": "Europe/Lisbon"})
    both = [prepared, Person.objects.get(user=newcomer.user)]
    assert confirm(both, by="boss", now=timezone.now()) == 1
    got = newcomer.read("/me")
    assert (got["github_login"], got["github_login_confirmed"], got["slack_user_id"]) == ("osprey", True, "U0OSPREY")
    assert (got["time_zone"], got["country"], got["notifications"]["digest"]) == ("Europe/Lisbon", "JP", False)
    assert Person.objects.count() == 1
    assert newcomer.patch("/me", {"slack_user_id": None}).json()["slack_user_id"] is None


def test_a_slack_id_belongs_to_one_person(db: None) -> None:
    Person.objects.create(github_login="Osprey", slack_user_id="U0OSPREY")
    newcomer = Caller(user("newcomer"))
    answer = newcomer.patch("/me", {"slack_user_id": "U0OSPREY", "country": "SE"})
    assert code_of(answer) == (409, "conflict")
    assert "U0OSPREY" in answer.json()["error"]["message"]
    assert newcomer.read("/me")["country"] is None
    for _ in range(2):
        assert newcomer.patch("/me", {"slack_user_id": "U0NEW"}).status_code == 200


def test_an_absence_without_a_beginning_begins_now(api: Caller) -> None:
    away = api.patch("/me", {"away": {"until": "2999-02-01T00:00:00Z"}}).json()["away"]
    assert (away["until"], away["note"]) == ("2999-02-01T00:00:00Z", "")
    assert Person.objects.get().is_away(timezone.now())
