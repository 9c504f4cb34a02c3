"""Who asks: tokens, what they were granted, and which repositories they can see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from monitor.demo.world.objects import Account, Repository, Team

CLASSIC, FINE_GRAINED, INSTALLATION = "classic", "fine-grained", "installation"
TEAM_SCOPES = {"read:org", "write:org", "admin:org"}


@dataclass(eq=False)
class AccessToken:
    """One token. `repositories` None: all its owner may see; otherwise these `owner/name`s only.

    `members`, `checks` and `rollup` say whether a fine-grained token or an installation may read team members, check
    contexts and the rollup at all. `unseen` are logins that are hidden from it when they are asked for a review. `saml` names organisations whose single sign-on the token has not passed.
    """

    token: str
    login: str
    kind: str = CLASSIC
    scopes: set[str] = field(default_factory=lambda: {"repo", "read:org", "read:user"})
    repositories: set[str] | None = None
    organization: str | None = None
    members: bool = True
    checks: bool = True
    rollup: bool = True
    unseen: set[str] = field(default_factory=set)
    saml: set[str] = field(default_factory=set)
    expires_at: datetime | None = None
    hourly_limit: int = 5000
    identity: str = ""

    def __post_init__(self) -> None:
        self.identity = self.identity or f"user {self.login}"

    def sees(self, repository: Repository) -> bool:
        """Whether GitHub would let this token resolve the repository."""
        if repository.deleted:
            return False
        if self.organization is not None and repository.owner.login.lower() != self.organization.lower():
            return False
        if self.repositories is not None and not {repository.name_with_owner, repository.id} & self.repositories:
            return False
        return not repository.is_private or self.kind != CLASSIC or "repo" in self.scopes

    def reads_teams(self) -> bool:
        return bool(self.scopes & TEAM_SCOPES) if self.kind == CLASSIC else self.members

    def reads(self, reviewer: Account | Team) -> bool:
        """Whether a requested reviewer is shown; a team that the token may not read, or a secret one, is null."""
        if isinstance(reviewer, Account):
            return reviewer.login not in self.unseen
        return self.reads_teams() and reviewer.privacy == "VISIBLE"

    @property
    def refusal(self) -> str:
        """GitHub's words for a permission that this kind of token lacks."""
        return f"Resource not accessible by {'integration' if self.kind == INSTALLATION else 'personal access token'}"
