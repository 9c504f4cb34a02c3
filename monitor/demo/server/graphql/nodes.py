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
class Ref:
    repository: Repository
    name: str
    target: Commit | None = None
    prefix: str = "refs/heads/"
    typename: str = "Ref"

    @property
    def id(self) -> str:
        return f"REF_{self.repository.id[2:]}{self.name}"
