"""Works out which authors may be told that somebody who was just asked for a review is away."""

from collections.abc import Sequence
from datetime import datetime

from monitor import queries
from monitor.models import Event
from monitor.queries.turn_ages import absences_of
from monitor.rules.turns.author_turns import holders_of_author_turns
from notifications.planning.recipients import Recipient, RequestedReview, people_with, requested_reviews


def authors_to_tell(events: Sequence[Event], now: datetime) -> list[Recipient]:
    """The authors of requests to people who are away, under the conditions that hold for requested reviewers.

    Of an agent's pull request the assigned people are told.
    """
    reviews = [review for review in requested_reviews(events) if review.kind == "user"]
    away = absences_of({review.name for review in reviews}, now)
    absent = [review for review in reviews if review.name.lower() in away]
    if not absent:
        return []
    authors = {review.event.id: _authors(review) for review in absent}
    people = people_with(set().union(*authors.values()))
    users = {person.user_id for person in people.values() if person.user_id is not None}
    audience = queries.audience_of(list({review.event.id: review.event for review in absent}.values()), users)
    return [
        Recipient(review, people[login])
        for review in absent
        for login in sorted(authors[review.event.id] & people.keys() - {review.name.lower()})
        if people[login].user_id in audience[review.event.id]
    ]


def _authors(review: RequestedReview) -> set[str]:
    return {login.lower() for login in holders_of_author_turns(review.event.pull_request.stored_snapshot)}
