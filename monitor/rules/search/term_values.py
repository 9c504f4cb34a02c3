"""Parses the value of a term, the text after the colon, into what pull requests are compared with.

Depends on no setting.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from monitor.rules.search.suggestions import invalid_value
from monitor.rules.search.terms import ME, LoginOrTeam, Me, TimeSpan
from monitor.rules.search.vocabulary import SearchField

TermValue = str | bool | LoginOrTeam | Me | TimeSpan
_LOGIN = r"[a-z0-9][a-z0-9_-]{0,99}"
_SLUG = r"[a-z0-9_.-]{1,100}"
_TICK = timedelta(microseconds=1)  # the smallest difference between two times, in both databases and in Python
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def parse_value(field: SearchField, text: str, now: datetime) -> TermValue:
    """The value as it is compared. Ages and `@today` count back from `now` (aware). Errors: SearchError."""
    return _READERS[field.value_type](field, text, now)


def _choice(field: SearchField, text: str, now: datetime) -> str | Me:
    if text.lower() not in field.choices:
        raise invalid_value(field, text, _listed(field.choices))
    return ME if (field.name, text.lower()) == ("turn", "me") else text.lower()


def _truth(field: SearchField, text: str, now: datetime) -> bool:
    return _choice(field, text, now) == "true"


def _login(field: SearchField, text: str, now: datetime) -> LoginOrTeam | Me:
    if text.lower() == "@me":
        return ME
    # GitHub writes a bot as `name[bot]` in events and as `app/name` in its own search.
    bare = text.lower().removeprefix("app/").removesuffix("[bot]")
    if not re.fullmatch(_LOGIN, bare):
        raise invalid_value(field, text, "a login, or @me")
    return LoginOrTeam(bare)


def _team(field: SearchField, text: str, now: datetime) -> LoginOrTeam | Me:
    if text.lower() == "@me":
        return ME
    if not re.fullmatch(f"{_LOGIN}/{_SLUG}", text.lower()):
        raise invalid_value(field, text, "a team as organization/team, or @me for mine")
    return LoginOrTeam(text.lower())


def _owner(field: SearchField, text: str, now: datetime) -> LoginOrTeam | Me:
    if not re.fullmatch(f"@me|{_LOGIN}(/{_SLUG})?", text.lower()):
        raise invalid_value(field, text, "a login, a team as organization/team, or @me")
    return ME if text.lower() == "@me" else LoginOrTeam(text.lower())


def _repository(field: SearchField, text: str, now: datetime) -> str:
    if not re.fullmatch(f"{_LOGIN}/{_SLUG}", text.lower()):
        raise invalid_value(field, text, "owner/name")
    return text.lower()


def _organization(field: SearchField, text: str, now: datetime) -> str:
    if not re.fullmatch(_LOGIN, text.lower()):
        raise invalid_value(field, text, "the owner of repositories")
    return text.lower()


def _label(field: SearchField, text: str, now: datetime) -> str:
    if not text.strip():
        raise invalid_value(field, text, 'a label, in quotes where it has spaces: label:"good first issue"')
    return text.lower()


def _branch(field: SearchField, text: str, now: datetime) -> str:
    if not text.strip():
        raise invalid_value(field, text, "the name of a branch")
    return text.casefold()


def _age(field: SearchField, text: str, now: datetime) -> TimeSpan:
    found = re.fullmatch(r"(>=|<=|>|<)([0-9]{1,4})([hdw])", text.lower())
    if not found:
        raise invalid_value(field, text, "> or < and a number of h, d or w")
    sign, number, unit = found.groups()
    # An age of more than three days began before the moment three days ago, so the sign turns round.
    flipped = sign.translate(str.maketrans("<>", "><"))
    return _span(flipped, now - int(number) * _UNITS[unit], _TICK)


def _day(field: SearchField, text: str, now: datetime) -> TimeSpan:
    sign, moment, length = "", None, timedelta(days=1)
    found = re.fullmatch(r"(>=|<=|>|<|)(.+)", text)
    if found:
        sign, rest = found.groups()
        moment, length = _moment(rest, now)
    if moment is None:
        raise invalid_value(field, text, "a day like 2026-01-31 or @today-14d, with >=, >, <= or < before it")
    return _span(sign, moment, length)


def _moment(text: str, now: datetime) -> tuple[datetime | None, timedelta]:
    """The day (of UTC) or time that a text means, and how long it lasts; None if it is neither."""
    day = timedelta(days=1)
    today = re.fullmatch(r"@today(?:-([0-9]{1,4})([dw]))?", text.lower())
    if today:
        back = int(today[1]) * _UNITS[today[2]] if today[1] else timedelta()
        return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - back, day
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return _within_calendar(datetime.fromisoformat(text).replace(tzinfo=UTC)), day
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{5,8}(Z|[+-][0-9]{2}:[0-9]{2})", text.upper()):
            return _within_calendar(datetime.fromisoformat(text.upper()).astimezone(UTC)), _TICK
    except (ValueError, OverflowError):
        return None, day
    return None, day


def _within_calendar(moment: datetime) -> datetime | None:
    # Not the first and last year that Python knows: the end of the day has to be a valid time as well.
    return moment if 1 < moment.year < 9999 else None


def _span(sign: str, moment: datetime, length: timedelta) -> TimeSpan:
    after = moment + length
    return {
        "": TimeSpan(moment, after),
        ">": TimeSpan(after, None),
        ">=": TimeSpan(moment, None),
        "<": TimeSpan(None, moment),
        "<=": TimeSpan(None, after),
    }[sign]


def _listed(choices: tuple[str, ...]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"


_READERS: Mapping[str, Callable[[SearchField, str, datetime], TermValue]] = {
    "choice": _choice,
    "truth": _truth,
    "login": _login,
    "team": _team,
    "owner": _owner,
    "repository": _repository,
    "organization": _organization,
    "label": _label,
    "branch": _branch,
    "age": _age,
    "day": _day,
}
