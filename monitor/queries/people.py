"""Finds a user whom a member of the staff names, and the profile of a user."""

import re

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from monitor.database.prepared import prepared
from monitor.models import Person


def profile_of(user_id: int) -> Person:
    """The profile of a user; an unsaved one with the defaults when there is none yet."""
    return next(iter(_profiles(user=user_id)), None) or Person(user_id=user_id)


@prepared
def _profiles(*, user: int) -> QuerySet[Person]:
    return Person.objects.filter(user=user)


def user_named(text: str) -> User | None:
    """The user with this username, id or GitHub login, in this order: a login may be like another user's name or id."""
    named = Q(username=text) | Q(person__github_login__iexact=text)
    if re.fullmatch(r"[0-9]{1,9}", text):
        named |= Q(pk=int(text))
    found = User.objects.filter(named).select_related("person")
    return min(found, key=lambda user: (user.username != text, str(user.pk) != text), default=None)
