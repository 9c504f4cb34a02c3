"""Takes secrets out of texts that are kept or shown: known values, and what looks like a credential. Pure.

`keep` is told every secret of this process once; `masked` is cheap enough for every line of log.
"""

import html
import json
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

MASK = "***"
# Shorter ones are words: masking them would black out half of what is said, and protect nothing.
_SHORTEST = 6
_LONG_LINE = 24
_WORDS = frozenset({"prmonitor", "postgres", "postgresql"})
_QUOTE = r"(?:\\?[\"']|&quot;|&#x27;|&#39;|%22|%27)"
_PLAIN = r"[^\s\"'\\<>&,;]"

_known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """What some kind of credential looks like; `hints`: one of these is in every text that has one."""

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    shown: str


def _shape(hints: str, pattern: str, shown: str = MASK, flags: int = 0) -> Shape:
    return Shape(tuple(hints.split()), re.compile(pattern, flags), shown)


_SHAPES = (
    _shape("prm_", r"\bprm_[\w-]{20,}"),
    # https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    _shape("ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[\w.-]{10,}"),
    _shape("github_pat_", r"\bgithub_pat_\w{10,}"),
    # https://docs.slack.dev/authentication/tokens
    _shape("xox xapp-", r"\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w-]{8,}"),
    _shape("hooks.slack", rf"(hooks\.slack(?:-gov)?\.com(?:/|%2F))(?!…){_PLAIN}+", rf"\1{MASK}"),
    _shape("sign-in", rf"(sign-in(?:/|%2F)){_PLAIN}+", rf"\1{MASK}"),
    _shape("@", r"(\w://[^\s/:@\"']*:)[^\s/@\"']+@", rf"\1{MASK}@"),
    _shape("@", r"(\w://)[^\s/:@\"']+@", rf"\1{MASK}@"),
    _shape("earer BEARER", r"\b(bearer\s+)[\w.~+/=-]{8,}", rf"\1{MASK}", re.IGNORECASE),
    _shape(
        "uthorization AUTHORIZATION",
        rf"(authorization{_QUOTE}?\s*[:=,]\s*b?{_QUOTE}?(?:\w+\s+)?){_PLAIN}{{6,}}",
        rf"\1{MASK}",
        re.IGNORECASE,
    ),
    _shape(
        "sessionid session_key csrf",
        rf"((?:sessionid|session_key|csrf\w*)\)?{_QUOTE}?\s*[=:,]\s*[\[(]?{_QUOTE}?)[A-Za-z0-9]{{32,64}}",
        rf"\1{MASK}",
    ),
    # Lines of the database at DEBUG: what was asked for stands in the list of parameters, far from its name.
    _shape("django_session", r"\b(?=\w*[g-z])[a-z0-9]{32}\b"),
    _shape("pbkdf2_ argon2 bcrypt", rf"\b(?:pbkdf2_\w+|argon2\w*|bcrypt\w*)\${_PLAIN}+"),
    _shape("PRIVATE", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^\"]*?(?:-----END [A-Z ]*PRIVATE KEY-----|(?=\")|\Z)"),
    _shape("eyJ", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    _shape(
        "assword passwd secret token code",
        rf"((?:[?&]|&amp;|\b)(?:password|passwd|client_secret|access_token|refresh_token|(?<=[?&;])(?:code|token))=){_PLAIN}+",
        rf"\1{MASK}",
    ),
    _shape(
        "assword passwd secret oken",
        rf"(\b\w*(?:password|passwd|secret|token)\d?{_QUOTE}\s*:\s*\[?{_QUOTE})(?:(?!{_QUOTE}).)+",
        rf"\1{MASK}",
        re.IGNORECASE,
    ),
)
# In one row: a search for a plain text is quick, and hardly any line has one of them.
_HINTS = tuple((hint, shape) for shape in _SHAPES for hint in shape.hints)


def masked(text: str) -> str:
    """`text` without any secret that is known or looks like one."""
    for value in _known:
        if value in text:
            text = text.replace(value, MASK)
    for hint, shape in _HINTS:
        if hint in text:
            text = shape.pattern.sub(shape.shown, text)
    return text


def keep(secret: str) -> None:
    """From now on `secret` is masked, in whatever way it is written; of a key in several lines each line too."""
    global _known
    lines = [line.strip() for line in secret.replace("\\n", "\n").splitlines() if len(line.strip()) >= _LONG_LINE]
    found = {way for value in (secret.strip(), *lines) if _is_secret(value) for way in _ways(value)}
    # The longest first: what contains another is gone before that one is looked for.
    _known = tuple(sorted({*_known, *found}, key=len, reverse=True))


def keep_password_of(address: str) -> None:
    """From now on the password in `address` is masked, wherever it stands; the user, the host and the name are not."""
    before, _, after = address.rpartition("@")
    user, _, password = before.rpartition("//")[2].partition(":")
    if password and unquote(password) not in {unquote(user), *_parts(after)}:
        keep(password)
        keep(unquote(password))
    for found in re.findall(r"(?<=[?&])(?:ssl)?password=([^&#]+)", address):
        keep(unquote(found))


def _parts(after: str) -> list[str]:
    return re.split(r"[/:?&=]", after)


def _is_secret(value: str) -> bool:
    return len(value) >= _SHORTEST and value.lower() not in _WORDS


def _ways(value: str) -> set[str]:
    """As it is, and as JSON, HTML, an address and Python's repr write it."""
    ascii_json, wide_json = (json.dumps(value, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
    return {value, ascii_json, wide_json, html.escape(value), quote(value, safe=""), quote(value), repr(value)[1:-1]}
