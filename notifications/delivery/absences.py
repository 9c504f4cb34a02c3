"""Reads, just before sending, who of the requested reviewers is away until when, and who else could review."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from monitor.models.team import TeamMember, members_of
from monitor.queries.turn_ages import absences_of
from monitor.rules.turns.author_turns import holders_of_author_turns
from notifications.messages.absence_message import Absence
from notifications.models import Delivery


def absences_in(rows: Sequence[Delivery], now: datetime) -> list[Absence]:
    """One absence for each of `rows`, which are about one pull request, and whose reviewers are away at `now`."""
    snapshot = rows[0].pull_request.stored_snapshot
    authors = {login.lower() for login in holders_of_author_turns(snapshot)}
    requested = [request.name for request in snapshot.review_requests]
    teams = _teams_of([row.asked_name for row in rows], authors, requested)
    away = absences_of({*requested, *(row.asked_name for row in rows)}.union(*teams.values()), now)
    taken = {name.lower() for name in requested} | authors | away.keys()
    return [_absence(row.asked_name, away, requested, teams, taken) for row in rows]


def _absence(
    login: str,
    away: Mapping[str, datetime],
    requested: Sequence[str],
    teams: Mapping[str, set[str]],
    taken: Collection[str],
) -> Absence:
    """The absence of one reviewer; the team that is asked as well, or else the smallest, names the others."""
    asked = {name.lower() for name in requested}
    own = [name for name, members in teams.items() if login.lower() in members]
    team = min(own, key=lambda name: (name not in asked, len(teams[name]), name), default="")
    others = sorted(teams.get(team, set()) - set(taken))
    also_asked = [name for name in requested if name.lower() not in away]
    return Absence(login, away[login.lower()], also_asked, team, others)


def _teams_of(logins: Sequence[str], authors: Collection[str], requested: Sequence[str]) -> dict[str, set[str]]:
    """Members by team, in lower case: the teams of `logins` that are asked, or that an author belongs to as well.

    Others may be secret to the author.
    """
    names = {login.lower() for login in logins}
    rows = TeamMember.objects.filter(login__in=names, team__members_known=True).values_list("team__name", flat=True)
    asked = {name.lower() for name in requested}
    members = members_of(set(rows))
    return {team: inside for team, inside in members.items() if team in asked or inside.intersection(authors)}
