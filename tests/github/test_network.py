"""Requests use the proxy and the certificates of the environment; PyGithub is imported only when needed."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from monitor.github.client import Client, Unavailable
from monitor.github.connection import Connection
from monitor.github.credentials import TokenKey
from tests.github.nodes import repository
from tests.github.scripted import Scripted

ANSWER = {"data": {"nodes": [repository()], "rateLimit": {"cost": 1}}}


def client(url: str) -> Client:
    return Client("user:plover", Connection(url, TokenKey("demo"), "prmonitor/test"))


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("http://github.invalid", "http://github.invalid:80/graphql"),
        ("http://github.invalid:8080/api/v3", "http://github.invalid:8080/api/graphql"),
    ],
)
def test_the_proxy_of_the_environment_is_used(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch, base: str, path: str
) -> None:
    scripted.say(ANSWER)
    monkeypatch.setenv("http_proxy", scripted.url)
    monkeypatch.setenv("no_proxy", "")
    assert client(base).probe(["R_1"]).found["R_1"].metadata.full_name == "acme/web"
    [(asked, headers, _)] = scripted.heard
    assert asked.replace(":80/", "/") == path.replace(":80/", "/")
    assert (headers["User-Agent"], headers["Authorization"]) == ("prmonitor/test", "token demo")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A private certificate for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(secret)
    return tmp_path / "cert.pem", tmp_path / "key.pem"


def test_a_private_certificate_is_trusted_only_when_it_is_named(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with Scripted() as server:
        server.encrypt(context)
        server.say(ANSWER)
        with pytest.raises(Unavailable, match="certificate"):
            client(server.url).probe(["R_1"])
        assert server.heard == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
        assert client(server.url).probe(["R_1"]).found


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(Unavailable, match="cannot be reached"):
        client("http://127.0.0.1:1").probe(["R_1"])


@pytest.mark.slow
@pytest.mark.parametrize("module", ["prmonitor.asgi", "monitor.github.client", "monitor.github.identities"])
def test_web_processes_do_not_load_pygithub(module: str, settings: Any) -> None:
    code = f"import {module}, sys; print(sorted({{'github', 'requests', 'jwt'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=_environment(), check=True)
    assert "github" not in done.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}


def test_pygithub_is_imported_in_two_modules_only() -> None:
    """Only requests and the types of credentials use PyGithub."""
    root = Path(__file__).parents[2]
    users = {
        str(path.relative_to(root))
        for folder in ("monitor", "notifications", "prmonitor")
        for path in (root / folder).rglob("*.py")
        for line in path.read_text().splitlines()
        if line.strip().startswith(("import github", "from github"))
    }
    assert users == {"monitor/github/connection.py", "monitor/github/credentials.py"}
