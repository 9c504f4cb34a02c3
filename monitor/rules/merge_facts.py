"""What GitHub says about the merge of a pull request, beside checks: its decision, merge queue, auto-merge, threads.

A part of `snapshot.Snapshot`. All of it can change without a change of `updatedAt`, so it is read with the checks, too.
Depends on no setting.
"""

import hashlib
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Literal, get_args

Decision = Literal["approved", "changes_requested", "review_required"]
MergeState = Literal["behind", "blocked", "clean", "dirty", "draft", "has_hooks", "unstable", "unknown"]
OptionalFact = Literal["decision", "merge_state", "merge_queue", "auto_merge", "threads", "protection"]
OPTIONAL_FACTS: tuple[OptionalFact, ...] = get_args(OptionalFact)
_FIELDS_OF: dict[OptionalFact, str] = {"threads": "unresolved_threads", "protection": "base_protected"}


@dataclass(frozen=True, slots=True)
class MergeQueueEntry:
    """The place of the pull request in the merge queue of its base branch; the one at position 1 is merged next."""

    position: int
    since: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class AutoMerge:
    """Somebody has asked GitHub to merge the pull request as soon as nothing blocks the merge."""

    by: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """What decides about the merge.

    `decision` is GitHub's own; None: the base branch asks for no reviews. `same_repository`: the head branch is known to
    be in the repository itself, not in a fork. `base_protected`: the base branch has rules. `not_known` names what GitHub did not say: an older Enterprise
    Server lacks the field, the credential may not read it, or nobody has asked yet.

    https://docs.github.com/en/graphql/reference/objects#pullrequest
    """

    decision: Decision | None = None
    merge_state: MergeState = "unknown"
    merge_queue: MergeQueueEntry | None = None
    auto_merge: AutoMerge | None = None
    unresolved_threads: int = 0
    same_repository: bool = False
    base_protected: bool = False
    not_known: tuple[OptionalFact, ...] = OPTIONAL_FACTS

    def knows(self, fact: OptionalFact) -> bool:
        """Whether GitHub said it."""
        return fact not in self.not_known

    @property
    def digest(self) -> str:
        """16 hex digits, a hash of all facts."""
        return hashlib.blake2b(repr(self).encode(), digest_size=8).hexdigest()

    def filled_from(self, before: "MergeFacts") -> "MergeFacts":
        """These facts, with those of `before` where GitHub does not say now what it said then.

        GitHub works out `mergeStateStatus` in the background, and says `unknown` until then.
        """
        kept = [fact for fact in self.not_known if before.knows(fact)]
        names = [_FIELDS_OF.get(fact, fact) for fact in kept]
        if self.merge_state == "unknown" and "merge_state" not in names:
            names.append("merge_state")
        return replace(
            self,
            **{one.name: getattr(before, one.name) for one in fields(self) if one.name in names},
            not_known=tuple(fact for fact in self.not_known if fact not in kept),
        )


NOTHING_KNOWN = MergeFacts()
