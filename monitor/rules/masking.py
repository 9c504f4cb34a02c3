"""Replaces secrets in a text with `***`: the values of this process's secrets, and whatever looks like a credential.

`prmonitor/env` and `prmonitor/secret` register each secret setting when they read it. Called for every line of log
and for every error that is stored or shown. Depends on no setting of its own.
"""

import html
import json
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

MASK = "***"
# A shorter secret may be an ordinary word: masking every place where it appears would make texts unreadable.
_MIN_LENGTH = 6
_MIN_LINE_LENGTH = 24
_NOT_SECRET = frozenset({"prmonitor", "postgres", "postgresql"})
_QUOTE = r"(?:\\?[\"']|&quot;|&#x27;|&#39;|%22|%27)"
_CHARACTER = r"[^\s\"'\\<>&,;]"

_known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CredentialPattern:
    """What one kind of credential looks like.

    Every text with such a credential contains one of `hints`: a plain search for them is much faster than `pattern`.
    `shown` is the replacement, as `re.sub` takes it.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    shown: str


def _pattern(hints: str, pattern: str, shown: str = MASK, flags: int = 0) -> CredentialPattern:
    return CredentialPattern(tuple(hints.split()), re.compile(pattern, flags), shown)


_PATTERNS = (
    _pattern("prm_", r"\bprm_[\w-]{20,}"),
    # https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    _pattern("ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[\w.-]{10,}"),
    _pattern("github_pat_", r"\bgithub_pat_\w{10,}"),
    # https://docs.slack.dev/authentication/tokens
    _pattern("xox xapp-", r"\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w-]{8,}"),
    _pattern("hooks.slack", rf"(hooks\.slack(?:-gov)?\.com(?:/|%2F))(?!…){_CHARACTER}+", rf"\1{MASK}"),
    _pattern("sign-in", rf"(sign-in(?:/|%2F)){_CHARACTER}+", rf"\1{MASK}"),
    _pattern("@", r"(\w://[^\s/:@\"']*:)[^\s/@\"']+@", rf"\1{MASK}@"),
    _pattern("@", r"(\w://)[^\s/:@\"']+@", rf"\1{MASK}@"),
    _pattern("earer BEARER", r"\b(bearer\s+)[\w.~+/=-]{8,}", rf"\1{MASK}", re.IGNORECASE),
    _pattern(
        "uthorization AUTHORIZATION",
        rf"(authorization{_QUOTE}?\s*[:=,]\s*b?{_QUOTE}?(?:\w+\s+)?){_CHARACTER}{{6,}}",
        rf"\1{MASK}",
        re.IGNORECASE,
    ),
    _pattern(
        "sessionid session_key csrf",
        rf"((?:sessionid|session_key|csrf\w*)\)?{_QUOTE}?\s*[=:,]\s*[\[(]?{_QUOTE}?)[A-Za-z0-9]{{32,64}}",
        rf"\1{MASK}",
    ),
    # Session keys in the SQL that Django logs at DEBUG: the values come in a list at the end, far from their columns.
    _pattern("django_session", r"\b(?=\w*[g-z])[a-z0-9]{32}\b"),
    _pattern("pbkdf2_ argon2 bcrypt", rf"\b(?:pbkdf2_\w+|argon2\w*|bcrypt\w*)\${_CHARACTER}+"),
    _pattern("PRIVATE", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^\"]*?(?:-----END [A-Z ]*PRIVATE KEY-----|(?=\")|\Z)"),
    _pattern("eyJ", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    _pattern(
        "assword passwd secret token code",
        r"((?:[?&]|&amp;|\b)(?:password|passwd|client_secret|access_token|refresh_token|(?<=[?&;])(?:code|token))=)"
        rf"{_CHARACTER}+",
        rf"\1{MASK}",
    ),
    _pattern(
        "assword passwd secret oken",
        rf"(\b\w*(?:password|passwd|secret|token)\d?{_QUOTE}\s*:\s*\[?{_QUOTE})(?:(?!{_QUOTE}).)+",
        rf"\1{MASK}",
        re.IGNORECASE,
    ),
)
# Flat, so that `masked` needs one loop of plain searches, which find nothing in almost every line.
_PATTERNS_BY_HINT = tuple((hint, shape) for shape in _PATTERNS for hint in shape.hints)


def masked(text: str) -> str:
    """`text` with every registered secret, and whatever looks like a credential, replaced."""
    for value in _known:
        if value in text:
            text = text.replace(value, MASK)
    for hint, shape in _PATTERNS_BY_HINT:
        if hint in text:
            text = shape.pattern.sub(shape.shown, text)
    return text


def register_secret(secret: str) -> None:
    """Makes `masked` replace `secret` from now on, also where it is escaped or quoted, and each long line of a key."""
    global _known
    lines = [line.strip() for line in secret.replace("\\n", "\n").splitlines() if len(line.strip()) >= _MIN_LINE_LENGTH]
    found = {way for value in (secret.strip(), *lines) if _is_secret(value) for way in _spellings(value)}
    # The longest first: otherwise a secret that contains another one would only be replaced in part.
    _known = tuple(sorted({*_known, *found}, key=len, reverse=True))


def register_password_in_url(address: str) -> None:
    """Makes `masked` replace the password in a URL from now on.

    A password that equals the user, the host or another part of the URL is not registered: it would be masked
    everywhere that name appears.
    """
    before, _, after = address.rpartition("@")
    user, _, password = before.rpartition("//")[2].partition(":")
    if password and unquote(password) not in {unquote(user), *_parts(after)}:
        register_secret(password)
        register_secret(unquote(password))
    for found in re.findall(r"(?<=[?&])(?:ssl)?password=([^&#]+)", address):
        register_secret(unquote(found))


def _parts(after: str) -> list[str]:
    return re.split(r"[/:?&=]", after)


def _is_secret(value: str) -> bool:
    return len(value) >= _MIN_LENGTH and value.lower() not in _NOT_SECRET


def _spellings(value: str) -> set[str]:
    """The value as it is, and escaped as in JSON, HTML, a URL and Python's repr."""
    ascii_json, wide_json = (json.dumps(value, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
    return {value, ascii_json, wide_json, html.escape(value), quote(value, safe=""), quote(value), repr(value)[1:-1]}
