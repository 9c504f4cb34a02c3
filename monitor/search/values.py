"""What stands behind a term's colon: checked, and turned into what is compared."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from monitor.search.nearest import malformed
from monitor.search.terms import ME, Me, Name, Span
from monitor.search.vocabulary import Field

Value = str | bool | Name | Me | Span
_LOGIN = r"[a-z0-9][a-z0-9_-]{0,99}"
_SLUG = r"[a-z0-9_.-]{1,100}"
_TICK = timedelta(microseconds=1)  # what both databases and Python can tell apart
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def value_of(field: Field, text: str, now: datetime) -> Value:
    """The value of one term as it is compared. `now` (aware) is what ages count back from. Errors: SearchError."""
    return _READERS[field.takes](field, text, now)


def _choice(field: Field, text: str, now: datetime) -> str | Me:
    if text.lower() not in field.choices:
        raise malformed(field, text, _listed(field.choices))
    return ME if (field.name, text.lower()) == ("turn", "me") else text.lower()


def _truth(field: Field, text: str, now: datetime) -> bool:
    return _choice(field, text, now) == "true"


def _login(field: Field, text: str, now: datetime) -> Name | Me:
    if text.lower() == "@me":
        return ME
    # A bot is `name[bot]` in its profile's address and `app/name` in GitHub's own search.
    bare = text.lower().removeprefix("app/").removesuffix("[bot]")
    if not re.fullmatch(_LOGIN, bare):
        raise malformed(field, text, "a login, or @me")
    return Name(bare)


def _team(field: Field, text: str, now: datetime) -> Name | Me:
    if text.lower() == "@me":
        return ME
    if not re.fullmatch(f"{_LOGIN}/{_SLUG}", text.lower()):
        raise malformed(field, text, "a team as organization/team, or @me for mine")
    return Name(text.lower())


def _owner(field: Field, text: str, now: datetime) -> Name | Me:
    if not re.fullmatch(f"@me|{_LOGIN}(/{_SLUG})?", text.lower()):
        raise malformed(field, text, "a login, a team as organization/team, or @me")
    return ME if text.lower() == "@me" else Name(text.lower())


def _repository(field: Field, text: str, now: datetime) -> str:
    if not re.fullmatch(f"{_LOGIN}/{_SLUG}", text.lower()):
        raise malformed(field, text, "owner/name")
    return text.lower()


def _organization(field: Field, text: str, now: datetime) -> str:
    if not re.fullmatch(_LOGIN, text.lower()):
        raise malformed(field, text, "the owner of repositories")
    return text.lower()


def _label(field: Field, text: str, now: datetime) -> str:
    if not text.strip():
        raise malformed(field, text, 'a label, in quotes where it has spaces: label:"good first issue"')
    return text.lower()


def _branch(field: Field, text: str, now: datetime) -> str:
    if not text.strip():
        raise malformed(field, text, "the name of a branch")
    return text.casefold()


def _age(field: Field, text: str, now: datetime) -> Span:
    found = re.fullmatch(r"(>=|<=|>|<)([0-9]{1,4})([hdw])", text.lower())
    if not found:
        raise malformed(field, text, "> or < and a number of h, d or w")
    sign, number, unit = found.groups()
    # Older means earlier: an age above three days began before the moment three days ago.
    flipped = sign.translate(str.maketrans("<>", "><"))
    return _span(flipped, now - int(number) * _UNITS[unit], _TICK)


def _day(field: Field, text: str, now: datetime) -> Span:
    sign, moment, length = "", None, timedelta(days=1)
    found = re.fullmatch(r"(>=|<=|>|<|)(.+)", text)
    if found:
        sign, rest = found.groups()
        moment, length = _moment(rest, now)
    if moment is None:
        raise malformed(field, text, "a day like 2026-01-31 or @today-14d, with >=, >, <= or < before it")
    return _span(sign, moment, length)


def _moment(text: str, now: datetime) -> tuple[datetime | None, timedelta]:
    """A day (of UTC) or a time, and how long it lasts; None for what is neither."""
    day = timedelta(days=1)
    today = re.fullmatch(r"@today(?:-([0-9]{1,4})([dw]))?", text.lower())
    if today:
        back = int(today[1]) * _UNITS[today[2]] if today[1] else timedelta()
        return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - back, day
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return _known(datetime.fromisoformat(text).replace(tzinfo=UTC)), day
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{5,8}(Z|[+-][0-9]{2}:[0-9]{2})", text.upper()):
            return _known(datetime.fromisoformat(text.upper()).astimezone(UTC)), _TICK
    except (ValueError, OverflowError):
        return None, day
    return None, day


def _known(moment: datetime) -> datetime | None:
    # A day's distance from the ends of the calendar, so that its own end is a time as well.
    return moment if 1 < moment.year < 9999 else None


def _span(sign: str, moment: datetime, length: timedelta) -> Span:
    after = moment + length
    return {
        "": Span(moment, after),
        ">": Span(after, None),
        ">=": Span(moment, None),
        "<": Span(None, moment),
        "<=": Span(None, after),
    }[sign]


def _listed(choices: tuple[str, ...]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"


_READERS: Mapping[str, Callable[[Field, str, datetime], Value]] = {
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
