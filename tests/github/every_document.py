"""Every document that the client can send, by name."""

from dataclasses import fields

from monitor.github import documents
from monitor.github.dialect import Dialect

_PARTS = [part.name for part in fields(Dialect)]
# Everything, without each single part, without the two that the demo's Enterprise Server lacks, and nothing optional.
DIALECTS = [
    Dialect(),
    *(Dialect(**{part: False}) for part in _PARTS),
    Dialect(rollup=False, comments=False),
    Dialect(**dict.fromkeys(_PARTS, False)),
]
EVERY: dict[str, str] = {
    "viewer": documents.viewer(),
    "rate limit": documents.rate_limit(),
    "resolve": documents.resolve(50),
    "accounts": documents.accounts(50),
    "probe": documents.probe(),
    "more": documents.more(),
    "open": documents.open_rows(),
    "team": documents.team(),
    "codeowners": documents.codeowners(50),
    "files": documents.files(),
    **{f"details {spoken}": documents.details(spoken) for spoken in DIALECTS},
    **{f"checks {spoken}": documents.checks(spoken) for spoken in DIALECTS},
    **{f"follow {spoken}": documents.follow((*documents.CONNECTIONS,), spoken) for spoken in DIALECTS},
    **{f"follow {name}": documents.follow((name, name), Dialect()) for name in documents.CONNECTIONS},
}
