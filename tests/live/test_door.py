"""Who is let in: credentials, origins, addresses, and the code each refusal has."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from monitor.live.handshake import handshake_of
from monitor.live.origin import is_trusted
from monitor.models import ApiToken
from tests.builders import user
from tests.live.asgi import Stage, play, session_of, token_of

HOST = "127.0.0.1:8000"
database = pytest.mark.django_db(transaction=True)


def cookie(session) -> str:
    return f"theme=dark; sessionid={session.session_key}"


@database
def test_refusals_are_told_apart_by_their_codes():
    heron, wren, gone = user("heron"), user("wren"), user("gone")
    token, left = token_of(heron), token_of(gone)
    gone.is_active = False
    gone.save()
    revoked, text = ApiToken.create_for(heron)
    revoked.revoked_at = timezone.now()
    revoked.save()
    cases = [
        (None, "me", 4401),
        (None, f"{heron.pk}?after=x", 4401),
        ("", "me", 4401),
        ("prm_nonsense", "me", 4401),
        ("\xff", "me", 4401),
        (left, "me", 4401),
        (text, "me", 4401),
        (token, str(wren.pk), 4403),
        (token, "somebody", 4403),
        (token, f"0{heron.pk}", 4403),
        (token, f"{wren.pk}?after=x", 4403),
        (token, "me?after=x", 4400),
        (token, "me?after=", 4400),
        (token, "me?after=-1", 4400),
        (token, "me?after=1.5", 4400),
        (token, "me?after=%D9%A1", 4400),
        (token, "me?after=1&after=x", 4400),
        (token, "me?after=" + "9" * 5000, 4400),
    ]

    async def scenario(stage: Stage):
        for bearer, address, code in cases:
            headers = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
            assert await stage.open(path=f"/api/v1/ws/{address}", **headers).code() == code, (bearer, address)

    play(scenario)


@database
@pytest.mark.parametrize("address", ["/api/v1/ws/", "/api/v1/ws/me/more", "/api/v1/wsme", "/"])
def test_an_address_without_a_socket_is_refused_at_the_handshake(address):
    token = token_of(user())

    async def scenario(stage: Stage):
        assert await stage.open(token, address).code() == 403

    play(scenario)


@database
def test_a_browser_session_opens_the_socket_from_our_own_pages_only(settings):
    settings.ALLOWED_HOSTS = ["*"]
    heron = user()
    session = session_of(heron)
    ours = {"cookie": cookie(session), "host": HOST}

    async def scenario(stage: Stage):
        client = stage.open(path=f"/api/v1/ws/{heron.pk}", **ours, origin=f"http://{HOST}")
        assert (await client.frame())["data"]["user_id"] == heron.pk
        assert await stage.open(**ours, origin="http://evil.example").code() == 403
        assert await stage.open(**ours).code() == 403
        assert await stage.open(host=HOST, origin="http://evil.example").code() == 403
        assert await stage.open(host=HOST, origin=f"http://{HOST}").code() == 4401
        assert await stage.open(host=HOST, origin=f"http://{HOST}", cookie="sessionid=unknown" * 3).code() == 4401

    play(scenario)


@database
def test_a_session_that_does_not_hold_opens_nothing():
    heron, wren = user("heron"), user("wren")
    changed, ended = session_of(heron), session_of(wren)
    heron.set_password("another one")
    heron.save()
    ended.flush()

    async def scenario(stage: Stage):
        for session in (changed, ended):
            client = stage.open(host=HOST, origin=f"http://{HOST}", cookie=cookie(session))
            assert await client.code() == 4401
        # Looking at a session does not end it: only the pages may.
        assert await stage.do(changed.exists, changed.session_key)

    play(scenario)


@database
def test_a_session_survives_a_new_secret_key(settings):
    heron = user()
    session = session_of(heron)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one, long enough to be taken for a secret key"

    async def scenario(stage: Stage):
        client = stage.open(host=HOST, origin=f"http://{HOST}", cookie=cookie(session))
        assert (await client.frame())["type"] == "ready"

    play(scenario)


@database
def test_the_bearer_goes_before_the_cookie_and_needs_no_origin():
    heron, wren = user("heron"), user("wren")
    session, token = session_of(wren), token_of(heron)

    async def scenario(stage: Stage):
        client = stage.open(token, host=HOST, cookie=cookie(session))
        assert (await client.frame())["data"]["user_id"] == heron.pk
        wrong = stage.open("wrong", host=HOST, origin=f"http://{HOST}", cookie=cookie(session))
        assert await wrong.code() == 4401

    play(scenario)


@database
def test_a_user_may_have_only_so_many_sockets(settings):
    settings.SOCKETS_PER_USER = 2
    heron, wren = token_of(user("heron")), token_of(user("wren"))

    async def scenario(stage: Stage):
        first, _ = await stage.ready(heron), await stage.ready(heron)
        assert await stage.open(heron).code() == 4429
        await stage.ready(wren)
        await first.leave()
        await stage.ready(heron)

    play(scenario)


def trusted(origin: str, **headers: str) -> bool:
    said = {"host": "prs.example.org", "origin": origin, **headers}
    return is_trusted(
        handshake_of({"headers": [(name.encode(), value.encode("latin-1")) for name, value in said.items()]})
    )


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        ("http://prs.example.org", "prs.example.org", True),
        ("https://prs.example.org", "prs.example.org", True),
        ("https://prs.example.org", "prs.example.org:443", True),
        ("https://PRS.example.org:443", "prs.example.org", True),
        ("http://prs.example.org:8000", "prs.example.org:8000", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://prs.example.org:8001", "prs.example.org:8000", False),
        ("http://prs.example.org", "prs.example.org:8000", False),
        ("http://evil.example", "prs.example.org", False),
        ("http://prs.example.org.evil.example", "prs.example.org", False),
        ("http://evil.example/prs.example.org", "prs.example.org", False),
        ("http://prs.example.org@evil.example", "prs.example.org", False),
        ("null", "prs.example.org", False),
        ("", "prs.example.org", False),
        ("file://", "prs.example.org", False),
        ("http://", "", False),
        ("http://prs.example.org:port", "prs.example.org", False),
        ("http://evil.example", "evil.example", False),
        ("http://odd host", "odd host", False),
    ],
)
def test_the_origin_has_to_be_the_host_that_was_asked(settings, origin, host, expected):
    settings.ALLOWED_HOSTS = ["prs.example.org", "[::1]"]
    assert trusted(origin, host=host) is expected


def test_named_origins_are_trusted_with_their_scheme_and_port(settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_URL = "https://prs.example.com"
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example.net", "http://tools.example.org:8080"]
    good = ["https://prs.example.com", "https://a.b.example.net", "http://tools.example.org:8080"]
    bad = [
        "http://prs.example.com",
        "http://a.example.net",
        "https://example.net.evil.example",
        "http://tools.example.org",
    ]
    assert [origin for origin in good + bad if trusted(origin)] == good


def test_a_page_that_came_over_http_cannot_use_a_cookie_meant_for_https(settings):
    settings.ALLOWED_HOSTS = ["prs.example.org"]
    settings.SESSION_COOKIE_SECURE = True
    assert [trusted("https://prs.example.org"), trusted("http://prs.example.org")] == [True, False]


def test_behind_a_trusted_proxy_the_host_is_the_one_the_browser_asked(settings):
    settings.ALLOWED_HOSTS = ["prs.example.org"]
    forwarded = {"host": "10.0.0.7:8000", "x-forwarded-host": "prs.example.org"}
    assert not trusted("https://prs.example.org", **forwarded)
    settings.USE_X_FORWARDED_HOST = True
    assert trusted("https://prs.example.org", **forwarded)


@given(st.text(alphabet=st.characters(min_codepoint=1, max_codepoint=255), max_size=40))
def test_no_odd_origin_is_let_through(origin):
    assert not trusted(origin, host="testserver")


@given(st.binary(max_size=200), st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=60)), max_size=5))
def test_any_handshake_can_be_read(query, headers):
    read = handshake_of({"query_string": query, "headers": [(b"cookie", b"sessionid"), *headers]})
    assert read.batch in (True, False)
