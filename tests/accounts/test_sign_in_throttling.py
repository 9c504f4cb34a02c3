"""Tries to sign in are counted before the password is looked at: by account and address, by address, and by account."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F
from django.test import Client
from django.utils import timezone

from monitor.accounts import client_address
from monitor.background.deadline import Deadline
from monitor.models import SignInTries
from monitor.operations import retention
from tests import builders
from tests.counting_hasher import Counted
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
DOOR = "/accounts/login/"
DOORS = [DOOR, "/admin/login/"]
RIGHT = "the-password-of-heron"
AT_ONCE = 60


@pytest.fixture
def hashed(settings: Any) -> Iterator[list[None]]:
    """As many entries as tries have reached the hasher since the test forgot those before."""
    settings.PASSWORD_HASHERS = ["tests.counting_hasher.Counted"]
    Counted.reached.clear()
    yield Counted.reached
    Counted.reached.clear()


@pytest.fixture
def _behind_a_proxy(settings: Any) -> None:
    """What `TRUST_PROXY_HEADERS=true` sets."""
    settings.CLIENT_ADDRESS_HEADER = "HTTP_X_FORWARDED_FOR"


def send(client: Client, password: str, username: str = "heron", door: str = DOOR, **headers: str) -> Any:
    return client.post(door, {"username": username, "password": password}, headers=headers)


def try_in(client: Client, password: str, username: str = "heron", **headers: str) -> int:
    """The status of the answer."""
    return send(client, password, username, **headers).status_code


def at_once(ask: Callable[[int], Any], count: int = AT_ONCE) -> list[Any]:
    """Asks `count` times, half of them at the same moment as others."""

    def one(number: int) -> Any:
        try:
            return ask(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count // 2) as pool:
        return list(pool.map(one, range(count)))


def sign_out(client: Client) -> None:
    """As the page does; `Client.logout` would throw all cookies away."""
    assert client.post("/accounts/logout/").status_code == 302


def later(**passed: int) -> None:
    """Lets time go by: everything counted was that much earlier."""
    gone = timedelta(**passed)
    SignInTries.objects.update(since=F("since") - gone, free_at=F("free_at") - gone)


# bursts


@pytest.mark.django_db(transaction=True)
def test_of_a_burst_at_one_account_five_reach_the_password(heron: Any, hashed: list[None]) -> None:
    hashed.clear()
    statuses = at_once(lambda number: send(Client(), f"wrong {number}", door=DOORS[number % 2]).status_code)
    assert len(hashed) == 5
    assert sorted(statuses) == [200] * 4 + [429] * 56


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_a_burst_of_many_names_from_one_address_twenty_reach_the_password(db: None, hashed: list[None]) -> None:
    statuses = at_once(lambda number: try_in(Client(), "wrong", f"nobody-{number}"))
    assert len(hashed) == 20
    assert statuses.count(429) == 40


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_behind_a_proxy")
def test_of_a_burst_at_one_account_from_many_addresses_ten_reach_the_password(heron: Any, hashed: list[None]) -> None:
    hashed.clear()
    started = time.monotonic()
    statuses = at_once(lambda number: try_in(Client(), "wrong", x_forwarded_for=f"198.51.100.{number}"))
    allowed = 10 + sum(waited <= time.monotonic() - started for waited in (1, 3, 7, 15, 31))
    assert 10 <= len(hashed) <= allowed, "later ones have waited"
    assert statuses.count(429) == AT_ONCE - len(hashed)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/profile/password", "/admin/password_change/"])
def test_of_a_burst_of_old_passwords_five_are_looked_at(hashed: list[None], address: str) -> None:
    user = builders.user("heron", is_staff=True)
    key = Client()
    key.force_login(user)
    hashed.clear()

    def change(number: int) -> Any:
        client = Client()
        client.cookies = key.cookies
        sent = {"old_password": f"wrong {number}", "new_password1": "a-long-one-42", "new_password2": "a-long-one-42"}
        return client.post(address, sent)

    answers = at_once(change)
    assert len(hashed) == 5
    assert sum(answer.status_code == 429 for answer in answers) >= 55
    told = [answer for answer in answers if "Too many tries. Your old password is looked at again" in text(answer)]
    assert told
    assert {int(answer["Retry-After"]) for answer in told} <= {*range(840, 901)}
    assert User.objects.get().check_password(RIGHT)


# one after the other


@pytest.mark.parametrize("door", DOORS)
def test_a_form_without_a_password_forgives_nothing_and_costs_nothing(client: Client, heron: Any, door: str) -> None:
    for number in range(4):
        assert send(client, f"wrong {number}", door=door).status_code == 200
        client.post(door, {"username": "heron"})
    assert send(client, "wrong again", door=door).status_code == 429
    assert send(client, RIGHT, door=door).status_code == 429


@pytest.mark.parametrize("door", DOORS)
def test_both_doors_say_how_many_are_left_and_how_long_it_takes(client: Client, heron: Any, door: str) -> None:
    said = [text(send(client, "wrong", door=door)) for _ in range(4)]
    for left, words in zip(("4 tries", "3 tries", "2 tries", "1 try"), said, strict=True):
        assert f"Username and password do not match. {left} left, then a 15 minute pause." in words
    answer = send(client, "wrong", door=door)
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Too many tries. Signing in with this name works again in 15 minutes." in text(answer)
    later(minutes=13, seconds=30)
    answer = send(client, RIGHT, door=door)
    assert (answer.status_code, "works again in 2 minutes" in text(answer)) == (429, True)
    assert 80 <= int(answer["Retry-After"]) <= 90
    later(minutes=2)
    assert send(client, "wrong", door=door).status_code == 200
    assert send(client, RIGHT, door=door).status_code in (200, 302)


def test_both_doors_count_together(client: Client, heron: Any) -> None:
    for number in range(4):
        send(client, "wrong", door=DOORS[number % 2])
    assert [send(client, "wrong", "HERON ", door=door).status_code for door in DOORS] == [429, 429]


@pytest.mark.slow
def test_other_names_forgive_nothing_and_are_limited(client: Client, heron: Any, hashed: list[None]) -> None:
    hashed.clear()
    for _ in range(4):
        assert try_in(client, "wrong") == 200
    statuses = [try_in(client, "wrong", f"nobody-{number}") for number in range(60)]
    assert statuses == [200] * 16 + [429] * 44
    assert len(hashed) == 20
    answer = send(client, "wrong", "somebody-else")
    assert "Too many tries from your address. Signing in works again in 15 minutes." in text(answer)
    assert try_in(client, RIGHT) == 429


@pytest.mark.slow
def test_success_forgets_its_own_tries_and_nobody_elses(client: Client, heron: Any) -> None:
    builders.user("lark")
    for _ in range(4):
        try_in(client, "wrong")
        assert try_in(Client(), "the-password-of-lark", "lark") == 302
    assert try_in(client, "wrong") == 429
    later(minutes=15)
    for _ in range(6):
        for _ in range(4):
            assert try_in(Client(), "wrong") == 200
        assert try_in(Client(), RIGHT) == 302
        SignInTries.objects.exclude(count__lte=4).delete()  # what its address and the account have seen


@pytest.mark.slow
def test_many_people_sign_in_from_one_address(client: Client, db: None) -> None:
    people = [builders.user(f"person-{number}") for number in range(25)]
    for one in people:
        assert try_in(Client(), f"the-password-of-{one.username}", one.username) == 302


# who asks


@pytest.mark.usefixtures("_behind_a_proxy")
def test_behind_a_proxy_a_stranger_shuts_nobody_out(client: Client, heron: Any) -> None:
    for number in range(5):
        try_in(client, f"wrong {number}", x_forwarded_for="198.51.100.7")
    assert try_in(client, RIGHT, x_forwarded_for="198.51.100.7") == 429
    assert try_in(client, RIGHT, x_forwarded_for="203.0.113.9") == 302


@pytest.mark.slow
@pytest.mark.usefixtures("_behind_a_proxy")
@pytest.mark.parametrize(
    "spoken",
    [
        "10.0.0.{n}, 198.51.100.7",
        "10.0.0.{n},198.51.100.7:4{n}",
        "2001:db8:1:2::{n}",
        "[2001:db8:1:2:{n}::1]:443",
        "::ffff:198.51.100.7",
        "made up {n}",
        "",
    ],
)
def test_what_a_client_says_of_itself_changes_nothing(heron: Any, spoken: str) -> None:
    """The last entry of the one header is our proxy's; a port, or the free half of an IPv6 address, is no other client."""
    statuses = [try_in(Client(), "wrong", x_forwarded_for=spoken.format(n=number)) for number in range(6)]
    assert statuses == [200] * 4 + [429] * 2


@pytest.mark.usefixtures("_behind_a_proxy")
def test_ipv4_clients_of_an_ipv6_socket_are_not_one(heron: Any) -> None:
    statuses = [try_in(Client(), "wrong", x_forwarded_for=f"::ffff:198.51.100.{n}") for n in range(6)]
    assert statuses == [200] * 6


OTHERS = ("x_real_ip", "forwarded", "client_ip", "true_client_ip", "x_client_ip", "x_cluster_client_ip", "via")


def test_without_trust_no_header_says_who_asks(heron: Any) -> None:
    headers = [dict.fromkeys(("x_forwarded_for", *OTHERS), f"198.51.100.{number}") for number in range(6)]
    assert [try_in(Client(), "wrong", **said) for said in headers] == [200] * 4 + [429] * 2


@pytest.mark.usefixtures("_behind_a_proxy")
def test_with_trust_one_header_alone_does(heron: Any) -> None:
    headers = [dict.fromkeys(OTHERS, f"198.51.100.{number}") for number in range(6)]
    statuses = [try_in(Client(), "wrong", x_forwarded_for="203.0.113.9", **said) for said in headers]
    assert statuses == [200] * 4 + [429] * 2


# an account that is tried from everywhere


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """A clock that stands still; whoever writes to its only entry moves it."""
    stands = [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: stands[0])
    return stands


@pytest.mark.usefixtures("_behind_a_proxy")
@pytest.mark.slow
def test_an_account_tried_from_many_addresses_is_slowed_and_never_shut(
    heron: Any, hashed: list[None], clock: list[datetime]
) -> None:
    def attack(number: int) -> Any:
        return send(Client(), "wrong", x_forwarded_for=f"198.51.{number // 250}.{number % 250}")

    hashed.clear()
    number, waits = 0, []
    while len(hashed) < 20:
        answer = attack(number := number + 1)
        if answer.status_code == 429:
            assert "This name is being tried from many places." in text(answer)
            waits.append(int(answer["Retry-After"]))
            assert attack(number + 200)["Retry-After"] == answer["Retry-After"], "asking in vain lengthens nothing"
            clock[0] += timedelta(seconds=waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    answer = send(Client(), RIGHT, x_forwarded_for="203.0.113.9")
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    clock[0] += timedelta(seconds=60)
    assert try_in(Client(), RIGHT, x_forwarded_for="203.0.113.9") == 302


# browsers that have signed in before


@pytest.mark.usefixtures("_behind_a_proxy")
@pytest.mark.parametrize("door", ["/admin/login/"])
def test_a_browser_that_was_in_before_is_not_held_up_by_others(door: str) -> None:
    owner = Client()
    builders.user("heron", is_staff=True)
    assert send(owner, RIGHT, door=door, x_forwarded_for="203.0.113.9").status_code == 302
    sign_out(owner)
    stranger = Client()
    for number in range(10):
        try_in(stranger, "wrong", x_forwarded_for=f"198.51.100.{number}")
    for number in range(20):
        try_in(stranger, "wrong", f"nobody-{number // 4}", x_forwarded_for="203.0.113.9")
    assert send(Client(), RIGHT, door=door, x_forwarded_for="203.0.113.9").status_code == 429
    assert send(owner, RIGHT, door=door, x_forwarded_for="203.0.113.9").status_code == 302


def test_behind_a_proxy_that_is_not_trusted_too(heron: Any) -> None:
    owner = Client()
    try_in(owner, RIGHT)
    sign_out(owner)
    while try_in(Client(), "wrong") != 429:
        pass
    assert try_in(Client(), RIGHT) == 429
    assert try_in(owner, RIGHT) == 302


def known(client: Client, heron: Any) -> str:
    """The cookie of a browser that was in, and is not any more."""
    try_in(client, RIGHT)
    sign_out(client)
    return client.cookies["known-device"].value


def test_a_known_browser_has_five_tries_too(client: Client, heron: Any, hashed: list[None]) -> None:
    known(client, heron)
    hashed.clear()
    assert [try_in(client, "wrong") for _ in range(60)] == [200] * 4 + [429] * 56
    assert len(hashed) == 5


def test_a_known_browser_is_known_for_one_account(client: Client, heron: Any) -> None:
    known(client, heron)
    builders.user("lark")
    for _ in range(5):
        try_in(Client(), "wrong", "lark")
    assert try_in(client, "the-password-of-lark", "lark") == 429


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: Client, heron: Any) -> None:
    known(client, heron)
    cookie = client.cookies["known-device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert 0 < cookie["max-age"] <= 180 * 86_400
    secure = Client()
    secure.post(DOOR, {"username": "heron", "password": RIGHT}, secure=True)
    assert secure.cookies["known-device"]["secure"]


def test_a_new_password_makes_every_browser_unknown(client: Client, heron: Any) -> None:
    known(client, heron)
    heron.set_password("another-one-42")
    heron.save()
    for _ in range(5):
        try_in(Client(), "wrong")
    assert try_in(client, "another-one-42") == 429


def test_a_made_up_cookie_makes_nobody_known(client: Client, heron: Any) -> None:
    statuses = []
    for forged in ("", "x", "a:b:c", "W10:1x:y", "é", "eyJh" * 1000):
        client.cookies["known-device"] = forged
        statuses.append(try_in(client, "wrong"))
    assert statuses == [200] * 4 + [429] * 2


def test_a_cookie_of_somebody_else_makes_nobody_known(client: Client, heron: Any) -> None:
    value = known(client, heron)
    builders.user("lark")
    thief = Client()
    thief.cookies["known-device"] = value
    assert [try_in(thief, "wrong", "lark") for _ in range(6)] == [200] * 4 + [429] * 2


# what stays


def test_what_is_over_is_let_go(client: Client, heron: Any) -> None:
    try_in(client, "wrong")
    later(hours=23)
    retention.delete_old_rows(Deadline(30))
    assert SignInTries.objects.exists()
    later(hours=2)
    retention.delete_old_rows(Deadline(30))
    assert not SignInTries.objects.exists()


def test_names_and_addresses_are_not_kept(client: Client, heron: Any) -> None:
    try_in(client, "wrong")
    rows = list(SignInTries.objects.values())
    assert len(rows) == 3
    assert "heron" not in str(rows)
    assert "127.0.0.1" not in str(rows)
    assert all(row["since"] <= timezone.now() for row in rows)


@pytest.mark.parametrize(("header", "said"), [("", "TRUST_PROXY_HEADERS=true"), ("HTTP_X_FORWARDED_FOR", "append")])
def test_a_proxy_that_leaves_everybody_one_address_is_told_of_once(
    client: Client, heron: Any, settings: Any, caplog: pytest.LogCaptureFixture, header: str, said: str
) -> None:
    client_address._warn_once.cache_clear()
    settings.CLIENT_ADDRESS_HEADER = header
    for _ in range(2):
        try_in(client, "wrong", x_real_ip="198.51.100.7")
    [words] = [record.getMessage() for record in caplog.records if record.name == "monitor.accounts.client_address"]
    assert said in words
