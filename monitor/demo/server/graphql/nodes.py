"""Nodes of GraphQL that the world keeps inside other objects, under their names in GitHub's schema."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.demo.world.objects import Account, Commit, Repository


@dataclass(slots=True)
class StatusCheckRollup:
    commit: Commit
    typename: str = "StatusCheckRollup"

    @property
    def id(self) -> str:
        return f"SCR_{self.commit.id[2:]}"

    @property
    def state(self) -> str | None:
        return self.commit.rollup


@dataclass(slots=True)
class PullRequestCommit:
    commit: Commit
    typename: str = "PullRequestCommit"

    @property
    def id(self) -> str:
        return f"PURC_{self.commit.id[2:]}"


@dataclass(slots=True)
class GitActor:
    user: Account
    typename: str = "GitActor"

    @property
    def name(self) -> str:
        return self.user.name or self.user.login

    @property
    def email(self) -> str:
        return self.user.email


@dataclass(slots=True)
class RefUpdateRule:
    repository: Repository
    pattern: str
    typename: str = "RefUpdateRule"

    @property
    def required_approving_review_count(self) -> int | None:
        return self.repository.required_approvals

    @property
    def requires_code_owner_reviews(self) -> bool:
        return self.repository.requires_code_owner_review

    @property
    def requires_conversation_resolution(self) -> bool:
        return self.repository.requires_conversation_resolution


@dataclass(slots=True)
class Ref:
    repository: Repository
    name: str
    target: Commit | None = None
    prefix: str = "refs/heads/"
    typename: str = "Ref"

    @property
    def id(self) -> str:
        return f"REF_{self.repository.id[2:]}{self.name}"

    @property
    def ref_update_rule(self) -> RefUpdateRule | None:
        return RefUpdateRule(self.repository, self.name) if self.repository.protects(self.name) else None
