"""GitHub Apps sign in with their key, and get hourly tokens of their own purse for each installation."""

from datetime import timedelta

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from github import Auth, GithubIntegration

from tests.demo.asking import PROBE, graphql, rest
from tests.demo_github import App, DemoGitHub, World


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


@pytest.fixture
def app(github: DemoGitHub, world: World, key: rsa.RSAPrivateKey) -> App:
    world.add_repository("widgets/site", private=True)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return github.add_app(App(4711, public.decode(), {11: "acme", 12: "widgets"}))


@pytest.mark.slow
def test_an_installation_token_sees_what_the_app_is_installed_on(
    github: DemoGitHub, world: World, app: App, key: rsa.RSAPrivateKey
) -> None:
    signed = GithubIntegration(auth=Auth.AppAuth(app.app_id, pem(key)), base_url=github.url, retry=None)
    assert signed.get_app().slug == "prmonitor"
    assert [one.id for one in signed.get_installations()] == [11, 12]
    assert signed.get_org_installation("widgets").id == 12
    assert signed.get_repo_installation("acme", "web").id == 11
    token = signed.get_access_token(12)
    ids = [world.repository(name).id for name in ("widgets/site", "acme/web")]
    said = graphql(github, PROBE, token=token.token, ids=ids, k=1)
    assert [node and node["id"] for node in said.data["nodes"]] == [ids[0], None]
    assert rest(github, "/rate_limit").json()["resources"]["graphql"]["used"] == 0
    github.faults.clock_offset = timedelta(hours=1, seconds=1)
    assert graphql(github, PROBE, token=token.token, ids=ids, k=1).status == 401


def test_another_key_or_no_key_is_refused(github: DemoGitHub, app: App) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signed = Auth.AppAuth(app.app_id, pem(other)).create_jwt()
    headers = {"Authorization": f"Bearer {signed}"}
    assert requests.get(f"{github.url}/app", headers=headers, timeout=5).status_code == 401
    assert rest(github, "/app/installations").status_code == 401
    assert rest(github, "/app/installations/11/access_tokens", method="POST").status_code == 401
