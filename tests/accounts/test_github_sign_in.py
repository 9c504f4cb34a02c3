"""Sign in with GitHub: our doors, and a GitHub that plays its side over HTTP."""

import logging
import re
import threading
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from monitor.accounts.github_sign_in.admission import GitHubIdentity, sign_in_or_connect
from monitor.accounts.github_sign_in.configuration import web_url
from monitor.actions import claims
from monitor.demo.server.oauth import OAuthApp
from monitor.models import Claim, Person, PullRequest
from monitor.recording.recorder import record
from prmonitor.checks import check_sign_in_with_github
from tests import builders
from tests.builders import at
from tests.demo_github import DemoGitHub, World
from tests.pages.test_dashboard import text

pytestmark = pytest.mark.django_db
BEGIN, CALLBACK, LOGIN = "/accounts/github/login/", "/accounts/github/login/callback/", "/accounts/login/"
SECRET = "the-secret-of-our-oauth-app"


@pytest.fixture
def on(github: DemoGitHub, token: str, settings: Any) -> DemoGitHub:
    """An OAuth app is set up; finch sits before the browser."""
    settings.GITHUB_OAUTH_CLIENT_ID, settings.GITHUB_OAUTH_CLIENT_SECRET = "Iv1.ours", SECRET
    github.add_oauth_app(OAuthApp("Iv1.ours", SECRET, f"http://testserver{CALLBACK}"))
    github.oauth.viewer = "finch"
    return github


@pytest.fixture
def browser() -> Client:
    """Somebody's browser, in which nobody is signed in."""
    return Client(headers={"accept": "text/html"})


def at_github(browser: Client, begin: str = BEGIN) -> str:
    """The page of GitHub to which ours leads."""
    answer = browser.get(begin)
    assert answer.status_code == 302
    return requests.get(answer["Location"], timeout=5).text


def chosen(page: str, button: str = "authorize") -> str:
    """Where a button of that page leads: a path of ours."""
    [address] = re.findall(rf'id="{button}" href="http://testserver([^"]+)"', page)
    return unescape(address)


def sign_in(browser: Client, begin: str = BEGIN) -> Any:
    return browser.get(chosen(at_github(browser, begin)))


def user_in(browser: Client) -> User | None:
    pk = browser.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


def link_in(page: str) -> str:
    """Where “Sign in with GitHub” leads from that page."""
    [address] = re.findall(r'href="([^"]+)">Sign in with GitHub<', page)
    return unescape(address)


def said(browser: Client, address: str = LOGIN) -> str:
    return text(browser.get(address))


def connect_address(browser: Client) -> str:
    [address] = re.findall(r'href="(/accounts/github/login/\?connect=[^"]+)"', browser.get("/profile").content.decode())
    return unescape(address)


def test_the_admins_sign_in_leads_to_github_and_back(on: DemoGitHub, browser: Client, settings: Any) -> None:
    sign_in(browser)
    User.objects.update(is_staff=True, is_superuser=True)
    browser.logout()
    page = browser.get("/admin/monitor/repository/", follow=True)
    assert page.request["PATH_INFO"] == "/admin/login/"
    assert sign_in(browser, link_in(page.content.decode()))["Location"] == "/admin/monitor/repository/"
    assert browser.get("/admin/monitor/repository/").status_code == 200
    settings.GITHUB_OAUTH_CLIENT_ID = ""
    assert "GitHub</a>" not in Client().get("/admin/login/").content.decode()


def test_it_is_off_until_it_is_set_up(token: str, browser: Client, settings: Any) -> None:
    for address in (BEGIN, CALLBACK):
        assert browser.get(address).status_code == 404
    assert "GitHub" not in said(browser)
    settings.GITHUB_OAUTH_CLIENT_ID = "Iv1.ours"
    assert browser.get(BEGIN).status_code == 404
    settings.GITHUB_OAUTH_CLIENT_SECRET, settings.DEMO = SECRET, True
    assert browser.get(BEGIN).status_code == 404


@pytest.mark.parametrize(
    ("changed", "warned"),
    [
        ({}, []),
        ({"CLIENT_ID": "x"}, ["prmonitor.W004"]),
        ({"CLIENT_SECRET": "x"}, ["prmonitor.W004"]),
        ({"CLIENT_ID": "x", "CLIENT_SECRET": "y"}, ["prmonitor.W005"]),
        ({"CLIENT_ID": "x", "CLIENT_SECRET": "y", "ORGANIZATION": "acme"}, []),
    ],
)
def test_half_an_app_and_an_open_door_are_told(changed: dict[str, str], warned: list[str], settings: Any) -> None:
    for name, value in changed.items():
        setattr(settings, f"GITHUB_OAUTH_{name}", value)
    assert [found.id for found in check_sign_in_with_github()] == warned


def test_no_other_page_of_allauth_is_there(on: DemoGitHub, browser: Client) -> None:
    for name in ("signup", "email", "password/reset", "3rdparty", "social/signup", "github", "reauthenticate"):
        assert browser.get(f"/accounts/{name}/").status_code == 404, name


def test_who_is_new_gets_an_account_that_github_vouches_for(on: DemoGitHub, browser: Client) -> None:
    Person.objects.create(github_login="Finch", slack_user_id="U0FINCH")
    answer = sign_in(browser, f"{BEGIN}?next=/repositories")
    assert (answer.status_code, answer["Location"]) == (302, "/repositories")
    user = user_in(browser)
    assert user is not None
    assert (user.username, user.has_usable_password(), user.is_staff) == ("finch", False, False)
    person = Person.objects.get()
    assert (person.user, person.github_login, person.slack_user_id) == (user, "finch", "U0FINCH")
    assert (person.github_login_confirmed, person.github_login_confirmed_by) == (True, "GitHub")
    assert "Confirmed as yours by GitHub" in said(browser, "/profile")


@pytest.mark.django_db(transaction=True)
def test_two_windows_of_one_person_make_one_account() -> None:
    came: list[User] = []
    together = threading.Barrier(2)

    def window() -> None:
        together.wait(10)
        try:
            came.append(sign_in_or_connect(GitHubIdentity("7", "finch")).user)
        finally:
            connection.close()

    windows = [threading.Thread(target=window) for _ in range(2)]
    for one in windows:
        one.start()
    for one in windows:
        one.join(20)
    assert len(came) == 2
    assert came[0] == came[1] == User.objects.get()
    assert Person.objects.get().github_login == "finch"


def test_the_page_keeps_its_fields_and_offers_it(on: DemoGitHub, browser: Client) -> None:
    page = browser.get(f"{LOGIN}?next=/profile").content.decode()
    assert 'name="username"' in page
    assert 'name="password"' in page
    assert f'href="{BEGIN}?next=/profile"' in page.replace("%2F", "/")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_to_pages_of_ours_only(on: DemoGitHub, browser: Client, elsewhere: str) -> None:
    assert sign_in(browser, f"{BEGIN}?next={elsewhere}")["Location"] == "/"


def test_a_renamed_login_follows_its_number(on: DemoGitHub, world: World, browser: Client) -> None:
    sign_in(browser)
    user = user_in(browser)
    world.rename_account("finch", "goldfinch")
    on.oauth.viewer = "goldfinch"
    other = Client()
    sign_in(other)
    assert user_in(other) == user
    person = Person.objects.get(user=user)
    assert (person.github_login, person.github_login_confirmed) == ("goldfinch", True)
    on.oauth.viewer = "finch"  # somebody else has taken the old login
    third = Client()
    sign_in(third)
    assert user_in(third) not in (None, user)
    assert Person.objects.get(github_login="finch").user == user_in(third)


def test_a_login_that_has_moved_on_while_its_owner_was_away(on: DemoGitHub, world: World, browser: Client) -> None:
    sign_in(browser)
    world.rename_account("finch", "goldfinch")
    other = Client()
    on.oauth.viewer = "finch"
    sign_in(other)
    assert {user.username for user in User.objects.all()} == {"finch", "finch-2"}
    assert Person.objects.get(github_login="finch").user == user_in(other)
    assert Person.objects.get(user=user_in(browser)).github_login is None


@pytest.mark.django_db(transaction=True)
def test_whoever_only_typed_the_login_loses_it(on: DemoGitHub, browser: Client, caplog: Any) -> None:
    mallory = builders.user("mallory", login="Finch")
    record(builders.repository(), [builders.snapshot()], now=at(2), first_look=True)
    claims.claim(mallory, PullRequest.objects.get())
    sign_in(browser)
    assert Person.objects.get(user=mallory).github_login is None
    assert Person.objects.get(github_login="finch").user == user_in(browser)
    assert not Claim.objects.exists()
    assert "mallory" in said(browser, "/")
    assert any("mallory is not Finch" in record.getMessage() for record in caplog.records)


def test_an_account_that_a_lead_prepared_is_theirs(on: DemoGitHub, browser: Client) -> None:
    prepared = builders.user("f.inch", login="finch", confirmed=True)
    sign_in(browser)
    assert user_in(browser) == prepared
    on.oauth.viewer = "wren"
    User.objects.filter(pk=builders.user("wrenny", login="wren", confirmed=True).pk).update(is_active=False)
    other = Client()
    assert sign_in(other)["Location"] == LOGIN
    assert "switched off" in said(other)


@pytest.mark.parametrize("in_use", [{"last_login": builders.T0}, {"is_staff": True}, {"is_superuser": True}])
def test_a_login_alone_opens_no_account_in_use_and_none_with_rights(
    on: DemoGitHub, browser: Client, in_use: dict[str, Any]
) -> None:
    owner = builders.user("f.inch", login="finch", confirmed=True)
    User.objects.filter(pk=owner.pk).update(**in_use)
    assert sign_in(browser)["Location"] == LOGIN
    assert user_in(browser) is None
    assert "Sign in to it with its password once" in said(browser)
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)
    signed_in = Client()
    signed_in.force_login(owner)
    assert sign_in(signed_in, connect_address(signed_in))["Location"] == "/profile"
    sign_in(browser)
    assert user_in(browser) == owner


def test_connecting_confirms_and_corrects_the_login(on: DemoGitHub, page: Client, heron: Any, browser: Client) -> None:
    assert sign_in(page, connect_address(page))["Location"] == "/profile"
    shown = said(page, "/profile")
    assert "GitHub says that you are finch" in shown
    assert "Let GitHub say" not in shown
    person = Person.objects.get(user=heron)
    assert (person.github_login, person.github_login_confirmed) == ("finch", True)
    sign_in(browser)
    assert user_in(browser) == heron


def test_nobody_gets_a_github_account_that_is_taken(on: DemoGitHub, page: Client, heron: Any) -> None:
    sign_in(Client())
    assert sign_in(page, connect_address(page))["Location"] == "/profile"
    assert "belongs to another account here" in said(page, "/profile")
    assert Person.objects.get(user=heron).github_login == "heron"
    assert SocialAccount.objects.get().user != heron


def test_a_lead_s_word_is_not_overruled_in_silence(on: DemoGitHub, page: Client, heron: Any) -> None:
    address = connect_address(page)
    Person.objects.filter(user=heron).update(github_login_confirmed=True)
    sign_in(page, address)
    assert "You are confirmed as “heron” here, and GitHub says that you are “finch”" in said(page, "/profile")
    Person.objects.filter(user=heron).update(github_login_confirmed=False)
    builders.user("f.inch", login="finch", confirmed=True)
    sign_in(page, address)
    assert "confirmed for another account here" in said(page, "/profile")
    assert not SocialAccount.objects.exists()


def test_one_account_has_one_github_account(on: DemoGitHub, page: Client, heron: Any) -> None:
    address = connect_address(page)
    sign_in(page, address)
    on.oauth.viewer = "wren"
    sign_in(page, address)
    assert "connected with another GitHub account already" in said(page, "/profile")
    assert Person.objects.get(user=heron).github_login == "finch"


def test_a_link_to_connect_is_for_its_user_alone(
    on: DemoGitHub, page: Client, heron: Any, browser_of: Callable[[Any], Client]
) -> None:
    address = connect_address(page)
    for somebody in (Client(), browser_of(builders.user("mallory"))):
        for sent in (address, f"{BEGIN}?connect=1:x", f"{BEGIN}?connect="):
            assert somebody.get(sent)["Location"] == "/profile"
    assert not on.asked("/user")


def test_who_is_shut_out_meanwhile_connects_nothing(on: DemoGitHub, page: Client, heron: Any) -> None:
    address = chosen(at_github(page, connect_address(page)))
    User.objects.filter(pk=heron.pk).update(is_active=False)
    assert page.get(address)["Location"] == LOGIN
    assert not SocialAccount.objects.exists()


def test_only_our_pages_lead_there(on: DemoGitHub, browser: Client) -> None:
    assert browser.get(BEGIN, headers={"Sec-Fetch-Site": "cross-site"})["Location"] == "/accounts/login/"
    for method in ("put", "delete"):
        assert getattr(browser, method)(BEGIN).status_code == 405


def test_a_state_is_good_once_and_in_its_own_browser(on: DemoGitHub, browser: Client) -> None:
    address = chosen(at_github(browser))
    thief = Client()
    assert thief.get(address)["Location"] == LOGIN
    assert "not begun in this browser" in said(thief)
    made_up = address.replace(parse_qs(urlsplit(address).query)["state"][0], "made-up")
    assert browser.get(made_up)["Location"] == LOGIN
    assert user_in(browser) is None
    browser.get(address)
    assert user_in(browser) is not None
    browser.logout()
    assert browser.get(address)["Location"] == LOGIN
    assert (user_in(browser), user_in(thief)) == (None, None)


def test_a_code_is_worth_nothing_in_another_exchange(on: DemoGitHub, browser: Client) -> None:
    stolen = parse_qs(urlsplit(chosen(at_github(browser))).query)["code"][0]
    mallory = Client()
    own = chosen(at_github(mallory))
    mallory.get(own.replace(parse_qs(urlsplit(own).query)["code"][0], stolen))
    assert "GitHub did not confirm the sign-in" in said(mallory)
    assert user_in(mallory) is None


def test_who_cancels_is_told_so(on: DemoGitHub, browser: Client) -> None:
    assert browser.get(chosen(at_github(browser), "cancel"))["Location"] == LOGIN
    assert "was cancelled" in said(browser)


def test_only_members_come_in_where_an_organization_is_named(
    on: DemoGitHub, world: World, browser: Client, settings: Any
) -> None:
    settings.GITHUB_OAUTH_ORGANIZATION = "acme"
    assert sign_in(browser)["Location"] == LOGIN
    assert "a member of acme" in said(browser)
    assert not User.objects.exists()
    world.add_member("acme/platform", "finch")
    sign_in(browser)
    assert user_in(browser) is not None
    world.remove_member("acme/platform", "finch")
    other = Client()
    sign_in(other)
    assert user_in(other) is None, "also of those who came in before"


def wrong_secret(github: DemoGitHub) -> None:
    github.oauth.apps["Iv1.ours"].secret = "another"


def down(github: DemoGitHub) -> None:
    github.stop()


@pytest.mark.parametrize(
    ("happens", "words"), [(wrong_secret, "did not confirm the sign-in"), (down, "GitHub does not answer")]
)
def test_what_goes_wrong_is_told_without_secrets(
    on: DemoGitHub, browser: Client, happens: Callable[[DemoGitHub], None], words: str, caplog: Any
) -> None:
    address = chosen(at_github(browser))
    happens(on)
    with caplog.at_level(logging.DEBUG):
        assert browser.get(address)["Location"] == LOGIN
    assert words in said(browser)
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("monitor"))
    assert "A sign-in with GitHub failed" in told
    assert SECRET not in told


def test_no_token_is_kept(on: DemoGitHub, browser: Client) -> None:
    for _ in range(2):
        sign_in(browser)
    account = SocialAccount.objects.get()
    assert account.extra_data == {"login": "finch"}
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()
    assert "gho_" not in str(dict(browser.session))
    assert [(on.tokens.by_token[one.token].login, one.token[:4]) for one in on.asked("/user") if one.token] == [
        ("finch", "gho_")
    ] * 2


def test_nothing_but_the_public_profile_is_asked_for(on: DemoGitHub, browser: Client, settings: Any) -> None:
    def asked() -> dict[str, list[str]]:
        return parse_qs(urlsplit(browser.get(f"{BEGIN}?scope=repo&auth_params=login%3Dx")["Location"]).query)

    first = asked()
    assert "scope" not in first
    assert "login" not in first
    assert (first["code_challenge_method"], first["redirect_uri"]) == (["S256"], [f"http://testserver{CALLBACK}"])
    settings.GITHUB_OAUTH_ORGANIZATION, settings.PUBLIC_URL = "acme", "https://pr.example.org"
    assert (asked()["scope"], asked()["redirect_uri"]) == (["read:org"], [f"https://pr.example.org{CALLBACK}"])


def test_an_enterprise_server_answers_too(world: World, settings: Any, browser: Client) -> None:
    with DemoGitHub(world, enterprise=True, viewer="finch") as server:
        settings.GITHUB_API_URL = server.url
        settings.GITHUB_OAUTH_CLIENT_ID, settings.GITHUB_OAUTH_CLIENT_SECRET = "Iv1.ours", SECRET
        server.add_oauth_app(OAuthApp("Iv1.ours", SECRET, f"http://testserver{CALLBACK}"))
        sign_in(browser)
    assert user_in(browser) is not None


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://git.example.org/api/v3", "https://git.example.org"),
        ("https://api.octo.ghe.com", "https://octo.ghe.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_pages_of_a_github_stand_beside_its_api(api: str, web: str) -> None:
    assert web_url(api) == web
