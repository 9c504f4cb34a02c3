"""Which client reads a repository: the token's user, or the App's installation on the repository's owner."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from monitor.github import identities
from monitor.github.client import Client, Forbidden, NotConfigured, Unauthorized, Unavailable
from tests.demo_github import App, DemoGitHub, World

PEM = serialization.Encoding.PEM


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private(key: rsa.RSAPrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain).decode()


@pytest.fixture
def app(github: DemoGitHub, world: World, configured: Any, key: rsa.RSAPrivateKey) -> App:
    """The App of the settings, installed for acme and widgets."""
    world.add_repository("widgets/site", private=True)
    world.add_repository("others/open")
    configured.GITHUB_TOKEN, configured.GITHUB_APP_ID = "", "4711"
    configured.GITHUB_APP_PRIVATE_KEY = private(key)
    public = key.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return github.add_app(App(4711, public.decode(), {11: "Acme", 12: "widgets"}))


def test_a_token_is_one_identity_asked_for_once(configured: Any, github: DemoGitHub) -> None:
    assert [client.identity for client in identities.clients()] == ["user:plover"]
    assert identities.client_for("acme") is identities.client_for("widgets") is identities.client_for(None)
    assert [request.operation for request in github.log] == ["Viewer"]
    assert github.log[0].headers["user-agent"].startswith("prmonitor/")


def test_two_tokens_of_one_user_share_its_budget(configured: Any, github: DemoGitHub) -> None:
    github.add_token("second", "plover")
    first = identities.client_for("acme")
    configured.GITHUB_TOKEN = "second"
    assert (identities.client_for("acme").identity, first.identity) == ("user:plover", "user:plover")


def test_without_a_token_one_clear_sentence(configured: Any, github: DemoGitHub) -> None:
    configured.GITHUB_TOKEN = ""
    with pytest.raises(NotConfigured, match="GITHUB_TOKEN"):
        identities.clients()
    assert list(github.log) == []


@pytest.mark.parametrize("token", ["wrong", "ghp_with space", "ghp_naïve", "ghp_two\nlines"])
def test_a_wrong_token_is_refused_in_words(configured: Any, token: str) -> None:
    configured.GITHUB_TOKEN = token
    with pytest.raises(Unauthorized):
        identities.client_for("acme")


def test_github_down_while_asking_who_we_are_is_forgotten(configured: Any, github: DemoGitHub) -> None:
    github.stop()
    with pytest.raises(Unavailable):
        identities.clients()
    github.start()
    assert identities.clients()[0].identity == "user:plover"


def names(client: Client) -> set[str]:
    return set(client.resolve(["acme/vault", "widgets/site", "others/open"]).found)


def test_each_owner_has_its_installation(app: App, world: World) -> None:
    assert {client.identity for client in identities.clients()} == {"installation:11", "installation:12"}
    acme, widgets = identities.client_for("ACME"), identities.client_for("widgets")
    assert (acme.identity, widgets.identity) == ("installation:11", "installation:12")
    assert (names(acme), names(widgets)) == ({"acme/vault"}, {"widgets/site"})


def test_other_peoples_repositories_are_asked_for_by_any_installation(app: App) -> None:
    assert identities.client_for("others").identity == "installation:11"
    assert identities.client_for(None).identity == "installation:11"


def test_an_app_that_is_installed_nowhere_says_so(app: App) -> None:
    app.installations.clear()
    with pytest.raises(Forbidden, match="not installed"):
        identities.client_for("acme")
    assert identities.clients() == []


def test_a_new_installation_is_found_when_its_owner_is_asked_for(
    app: App, monkeypatch: pytest.MonkeyPatch, github: DemoGitHub
) -> None:
    first = identities.client_for("acme")
    app.installations[13] = "others"
    assert identities.client_for("others").identity == "installation:11"
    monkeypatch.setattr(identities, "PATIENCE_SECONDS", 0)
    assert identities.client_for("others").identity == "installation:13"
    assert identities.client_for("acme") is first
    github.stop()
    assert identities.client_for("nobody").identity == "installation:11"


def test_threads_share_one_installation_token(app: App) -> None:
    client = identities.client_for("acme")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: names(client), range(8)))
    assert found == [{"acme/vault"}] * 8
    assert app.tokens_made == 1


def test_a_token_is_renewed_before_it_ends(app: App, github: DemoGitHub) -> None:
    client = identities.client_for("acme")
    github.faults.clock_offset = timedelta(minutes=-56)
    names(client)
    github.faults.clock_offset = timedelta()
    assert app.tokens_made == 1
    assert names(client) == {"acme/vault"}
    assert app.tokens_made == 2
    names(client)
    assert app.tokens_made == 2


def test_a_revoked_installation_token_is_replaced_at_the_next_call(app: App, github: DemoGitHub) -> None:
    client = identities.client_for("acme")
    names(client)
    [token] = [token for token in github.tokens.by_token if token.startswith("ghs_")]
    github.tokens.revoke(token)
    with pytest.raises(Unauthorized):
        names(client)
    assert names(client) == {"acme/vault"}


def test_an_uninstalled_app_raises_a_clear_error(app: App) -> None:
    client = identities.client_for("acme")
    del app.installations[11]
    with pytest.raises(Unauthorized, match="no longer installed"):
        names(client)
    with pytest.raises(Unauthorized, match="no longer installed"):
        client.inspect()


def test_a_suspended_installation_is_not_asked(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    told = App.installation
    monkeypatch.setattr(
        App, "installation", lambda self, number: {**told(self, number), "suspended_at": "2026-01-01T00:00:00Z"}
    )
    assert identities.clients() == []


@pytest.mark.parametrize("pem", ["nonsense", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"])
def test_an_invalid_private_key(app: App, configured: Any, pem: str) -> None:
    configured.GITHUB_APP_PRIVATE_KEY = pem
    with pytest.raises(Unauthorized, match="GITHUB_APP_PRIVATE_KEY"):
        identities.clients()


def test_another_apps_key_is_refused(app: App, configured: Any) -> None:
    configured.GITHUB_APP_PRIVATE_KEY = private(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    with pytest.raises(Unauthorized):
        identities.clients()


def test_an_installation_is_described_by_its_permissions(app: App) -> None:
    del app.permissions["members"]
    told = identities.client_for("acme").inspect()
    assert (told.identity, told.kind, told.login) == ("installation:11", "app installation", "Acme")
    assert "pull_requests:read" in told.scopes
    assert "members" in told.missing
    assert any(note.startswith("Teams cannot be read") for note in told.notes)


def test_tokens_issued_to_installations_are_not_logged(
    app: App, github: DemoGitHub, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        names(identities.client_for("acme"))
    [token] = [token for token in github.tokens.by_token if token.startswith("ghs_")]
    assert token not in caplog.text
    assert "PRIVATE KEY" not in caplog.text + repr(identities.client_for("acme"))
