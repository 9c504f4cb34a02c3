"""Global node ids, shaped like GitHub's: a prefix naming the type and packed numbers.

https://docs.github.com/en/graphql/guides/migrating-graphql-global-node-ids
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from itertools import count
from random import Random

_NESTED = {"PullRequest", "ReviewRequest", "PullRequestReview", "PullRequestReviewThread", "IssueComment"}
_NESTED |= {"Label", "Team", "Commit", "Blob"}
_PREFIX = {
    "Repository": "R",
    "PullRequest": "PR",
    "User": "U",
    "Bot": "BOT",
    "Mannequin": "M",
    "Organization": "O",
    "Team": "T",
    "Label": "LA",
    "Commit": "C",
    "Blob": "B",
    "Ref": "REF",
    "ReviewRequest": "RR",
    "PullRequestReview": "PRR",
    "PullRequestReviewThread": "PRRT",
    "MergeQueueEntry": "MQE",
    "IssueComment": "IC",
    "CheckRun": "CR",
    "StatusCheckRollup": "SCR",
}


def node_id(typename: str, number: int, parent: int = 0) -> str:
    """The global id of the object `number` of a type; nested types carry their parent's number too."""
    if typename in _NESTED:
        packed = b"\x93\x00\xce" + parent.to_bytes(4, "big") + b"\xce" + number.to_bytes(4, "big")
    else:
        packed = b"\x92\x00\xce" + number.to_bytes(4, "big")
    return f"{_PREFIX.get(typename, 'E')}_{urlsafe_b64encode(packed).decode().rstrip('=')}"


class Numbers:
    """Hands out database ids (rising, never twice) and commit hashes, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"numbers {seed}")  # noqa: S311 - made-up ids, no secret
        self._next = count(200_000_000 + self._random.randrange(100_000_000))

    def take(self) -> int:
        return next(self._next)

    def oid(self) -> str:
        return f"{self._random.getrandbits(160):040x}"
