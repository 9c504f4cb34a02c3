"""Two changes of one profile at the same moment."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from monitor.accounts.profile import LoginTaken, SlackTaken, change_profile
from monitor.models import Person
from tests.builders import user

pytestmark = pytest.mark.django_db(transaction=True)
FOR_A_MOMENT = 0.3


def meanwhile(first: Person, who: Any, changes: dict[str, Any]) -> Any:
    """The result of a change that begins while another one has written `first` but not committed it."""
    ended: list[Any] = []

    def change() -> None:
        try:
            ended.append(change_profile(who, changes))
        except (LoginTaken, SlackTaken) as error:
            ended.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=change)
    with transaction.atomic():
        first.save()
        other.start()
        other.join(FOR_A_MOMENT)  # the database holds it back until we commit
        assert not ended
    other.join(20)
    return ended[0]


def test_both_first_changes_of_one_person_count() -> None:
    nobody = user("nobody", login=None)
    meanwhile(Person(user=nobody, country="DE"), nobody, {"time_zone": "Europe/Berlin"})
    person = Person.objects.get()
    assert (person.country, person.time_zone) == ("DE", "Europe/Berlin")


def test_a_login_goes_to_whoever_was_first() -> None:
    nobody, wren = user("nobody", login=None), user("wren", login=None)
    ended = meanwhile(Person(user=wren, github_login="Plover"), nobody, {"github_login": "plover"})
    assert isinstance(ended, LoginTaken)
    assert "plover" in str(ended)


def test_so_does_a_slack_id() -> None:
    nobody, wren = user("nobody", login=None), user("wren", login=None)
    ended = meanwhile(Person(user=wren, slack_user_id="U0WREN"), nobody, {"slack_user_id": "U0WREN"})
    assert isinstance(ended, SlackTaken)
    assert "U0WREN" in str(ended)
