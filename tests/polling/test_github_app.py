"""With a GitHub App, the installation on an owner reads the owner's repositories, with a rate limit of its own."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from monitor.github import identities
from monitor.models import Event, RateLimit, Repository
from tests.demo_github import App, DemoGitHub, World

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def two_owners(github: DemoGitHub, world: World, watch, settings, key) -> list[Repository]:
    """acme/web and widgets/site, read as installations 11 and 12."""
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    settings.GITHUB_TOKEN, settings.GITHUB_APP_ID = "", "4711"
    settings.GITHUB_APP_PRIVATE_KEY = key.private_bytes(
        pem, serialization.PrivateFormat.TraditionalOpenSSL, plain
    ).decode()
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    github.add_app(App(4711, public, {11: "acme", 12: "widgets"}))
    identities.forget_identities()
    world.add_repository("widgets/site", private=True)
    for name in ("acme/web", "widgets/site"):
        world.open(name, "One", author="heron")
    return [watch("acme/web"), watch("widgets/site")]


def test_each_owner_has_a_budget_of_its_own(github: DemoGitHub, two_owners, look) -> None:
    look()
    assert set(Repository.objects.values_list("status", flat=True)) == {"ok"}
    assert sorted(RateLimit.objects.values_list("identity", flat=True)) == ["installation:11", "installation:12"]
    assert {row.plan["load"]["lively"] for row in RateLimit.objects.all()} == {1}


def test_one_owners_spent_hour_does_not_stop_the_others(world: World, two_owners, look) -> None:
    look()
    RateLimit.objects.filter(identity="installation:11").update(spent=10**6)
    for name in ("acme/web", "widgets/site"):
        world.retitle(world.pull(f"{name}#1"), "Two")
    look()
    assert [event.repository.full_name for event in Event.objects.all()] == ["widgets/site"]
    assert dict(Repository.objects.values_list("full_name", "status")) == {"acme/web": "error", "widgets/site": "ok"}
