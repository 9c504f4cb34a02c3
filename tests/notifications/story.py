"""A small world for the tests of messages: people who watch acme/web, and a clock that is set by hand."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django_q.models import Schedule

from monitor.models import Person, Repository, Subscription, Team
from monitor.recording.recorder import record
from monitor.rules.snapshot import Snapshot
from notifications.delivery.deliverer import deliver
from notifications.models import Delivery
from tests.builders import asked, at, item, repository, snapshot, user


class Story:
    """What happens, minute by minute, to pull request 1 of acme/web by heron. `seconds` run from the first look on."""

    def __init__(self) -> None:
        self.repository: Repository = repository()
        self.seconds = 0.0
        self.seen = snapshot(1, review_requests=(), updated_at=at(0))
        record(self.repository, [self.seen], now=self.now, first_look=True)

    @property
    def now(self) -> datetime:
        return at(self.seconds / 60)

    def watcher(self, login: str, *, filters: list[str] | None = None, **person: Any) -> Any:
        """A user called as on GitHub who watches the repository."""
        made = user(login)
        Person.objects.filter(user=made).update(**person)
        Subscription.objects.create(user=made, repository=self.repository, filters=filters or ["review_requested"])
        return made

    def team(self, name: str, *members: str) -> Team:
        team = Team.objects.create(name=name, members_known=True)
        team.set_members(members)
        return team

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds

    def become(self, *happened: Any, **changed: Any) -> Snapshot:
        """GitHub says something new: fields that changed, and what is added to the timeline."""
        timeline = (*self.seen.timeline, *happened)
        values = {name: getattr(self.seen, name) for name in self.seen.__dataclass_fields__}
        self.seen = Snapshot(**{**values, "timeline": timeline, "updated_at": self.now, **changed})
        record(self.repository, [self.seen], now=self.now)
        return self.seen

    def ask(self, *names: str, by: str = "heron") -> None:
        """`by` asks for reviews, one event for all of them."""
        had = self.seen.review_requests
        new = tuple(asked(name) for name in names)
        happened = [item("review_requested", self.seconds / 60, by, name) for name in names]
        self.become(*happened, review_requests=(*had, *new))

    def withdraw(self, name: str, by: str = "heron") -> None:
        left = tuple(one for one in self.seen.review_requests if one.name != name)
        self.become(item("review_request_removed", self.seconds / 60, by, name), review_requests=left)

    def deliver(self) -> int:
        return deliver(lambda: self.now)

    def after(self, seconds: float = 60) -> int:
        """So many seconds later, whatever is due is sent; how many messages that were."""
        self.pass_by(seconds)
        return self.deliver()


def rows(**filters: Any) -> list[tuple[str, str, str]]:
    """(recipient, state, rule) of every delivery, oldest first."""
    return list(Delivery.objects.filter(**filters).order_by("id").values_list("recipient", "state", "rule"))


def next_run() -> float:
    """Seconds from now until the deliverer's next run."""
    return (Schedule.objects.get(func="notifications.tasks.deliver").next_run - timezone.now()).total_seconds()
