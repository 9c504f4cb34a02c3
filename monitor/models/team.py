"""Stores GitHub teams and the logins of their members."""

from collections.abc import Collection, Iterable

from django.db import models
from django.db.models.functions import Lower


class Team(models.Model):
    """A team, read from GitHub hourly or maintained `by_hand`. A team without `members_known` is not an empty team."""

    name = models.CharField(max_length=200, help_text="org/slug, as GitHub spells it.")
    members_known = models.BooleanField(default=False)
    demo = models.BooleanField(default=False, editable=False, help_text="Of the made-up GitHub, and gone with it.")
    by_hand = models.BooleanField(default=False, help_text="Kept here; GitHub is not asked.")
    message = models.TextField(blank=True, editable=False, help_text="Why the members could not be read.")
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_check_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    reconsidered_up_to = models.PositiveBigIntegerField(
        null=True,
        editable=False,
        help_text="Its members changed, and pull requests up to this key know by now; empty: all do.",
    )

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(Lower("name"), name="team_name"),)

    def __str__(self) -> str:
        return self.name

    def set_members(self, logins: Iterable[str]) -> bool:
        """Replaces the members by `logins`; returns whether they changed. Call it inside a transaction."""
        wanted = {login.lower() for login in logins}
        had = set(self.memberships.values_list("login", flat=True))
        self.memberships.exclude(login__in=wanted).delete()
        TeamMember.objects.bulk_create(TeamMember(team=self, login=login) for login in sorted(wanted - had))
        return wanted != had


class TeamMember(models.Model):
    """A member of a team; the members of its child teams are members, too."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    login = models.CharField(max_length=100, db_index=True, help_text="In lower case.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("team", "login"), name="team_member_once"),)

    def __str__(self) -> str:
        return self.login


def members_of(names: Collection[str]) -> dict[str, set[str]]:
    """The members of the teams `names` (`org/slug`) by team, all in lower case; without teams of unknown members."""
    wanted = {name.lower() for name in names}
    if not wanted:
        return {}
    found: dict[str, set[str]] = {}
    rows = Team.objects.annotate(key=Lower("name")).filter(key__in=wanted, members_known=True)
    for key, login in rows.values_list("key", "memberships__login"):
        found.setdefault(key, set())
        if login:
            found[key].add(login)
    return found
