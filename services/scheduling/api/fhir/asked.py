"""What a search asks for, read strictly: a parameter that is not understood is refused, because leaving it out would answer
with more than was asked for."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from services.scheduling.domain.wall_clock import whole_day
from shared.web.problems import FieldError, Problem

T = TypeVar("T")
PAGE = 50
MOST = 200
IGNORED = frozenset({"_format", "_pretty"})
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_PREFIXED = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?([0-9].*)")
_DAY, _MONTH, _YEAR = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d"), re.compile(r"\d{4}")
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class SearchRefused(Problem):
    """FHIR asks for 400 here, where the JSON API says 422."""

    status = 400
    title = "This search cannot be answered as it was asked"
    what_to_do = "Correct the named parameters. /fhir/metadata lists those that are understood."


class NotAcceptable(Problem):
    status = 406
    title = "Only JSON is spoken here"
    what_to_do = "Ask for application/fhir+json."


def refuse(parameter: str, why: str) -> SearchRefused:
    """A name that no parameter could have is not repeated: it may hold anything."""
    named = parameter if _NAME.fullmatch(parameter) else "another"
    return SearchRefused(errors=[FieldError(why, parameter=named)])


@dataclass(frozen=True, slots=True)
class Asks:
    """The parameters of one search, each with all its values in order."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    async def of(cls, request: Request, known: Iterable[str]) -> "Asks":
        """From the address, and from the form of a `_search`. Raises SearchRefused, NotAcceptable."""
        json_is_spoken(request)
        pairs = request.query_params.multi_items()
        if request.method == "POST":
            pairs += [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
        found: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            if name in IGNORED or value == "":
                continue
            if name not in known:
                raise refuse(name, "This parameter is not understood here.")
            found[name] = (*found.get(name, ()), value)
        return cls(found)

    def one(self, name: str) -> str | None:
        """Raises SearchRefused when it is there more than once."""
        values = self.values.get(name, ())
        if len(values) > 1:
            raise refuse(name, "Send this parameter once.")
        return values[0] if values else None

    def read(self, name: str, reader: Callable[[str], T]) -> T | None:
        """None when it is not there. Raises SearchRefused."""
        if (value := self.one(name)) is None:
            return None
        try:
            return reader(value)
        except (ValueError, OverflowError):
            raise refuse(name, "This value cannot be read.") from None

    def count(self) -> int:
        """How many on a page. More than there can be is what there can be. Raises SearchRefused."""
        wanted = self.read("_count", int)
        if wanted is None:
            return PAGE
        if wanted < 1:
            raise refuse("_count", "Ask for at least one.")
        return min(wanted, MOST)

    def between(self, name: str, zone: str) -> tuple[datetime | None, datetime | None]:
        """From when on, and before when, all given dates together allow. Raises SearchRefused."""
        first: datetime | None = None
        before: datetime | None = None
        for value in self.values.get(name, ()):
            from_, until = _range(name, value, zone)
            first = max(filter(None, (first, from_)), default=None)
            before = min(filter(None, (before, until)), default=None)
        return first, before

    def with_page(self, base: str, after: str | None) -> str:
        """The address of this search; with `after` that of the page that begins after it."""
        pairs = [(name, value) for name, values in self.values.items() if name != "_after" for value in values]
        query = urlencode([*pairs, *([("_after", after)] if after else [])])
        return f"{base}?{query}" if query else base


def json_is_spoken(request: Request) -> None:
    """Raises NotAcceptable for whoever takes XML alone."""
    wanted = request.query_params.get("_format") or request.headers.get("accept", "*/*")
    if not any(one in wanted for one in ("json", "*/*", "application/*", "text/html")):
        raise NotAcceptable


def _range(name: str, value: str, zone: str) -> tuple[datetime | None, datetime | None]:
    found = _PREFIXED.fullmatch(value)
    try:
        low, high = read_moment(found[2] if found else "", zone)
    except (ValueError, OverflowError):
        raise refuse(name, "Write a date, such as 2027-03-09, or a moment, such as 2027-03-09T14:30:00Z.") from None
    match found[1] if found else None:
        case None | "eq":
            return low, high
        case "ge":
            return low, None
        case "gt" | "sa":
            return high, None
        case "lt" | "eb":
            return None, low
        case "le":
            return None, high
        case prefix:
            raise refuse(name, f"The prefix {prefix} is not understood here.")


def read_moment(text: str, zone: str) -> tuple[datetime, datetime]:
    """What a date of FHIR covers, by the clinic's clock where it names no offset: a year, a month, a day, a second.

    Raises ValueError, OverflowError.
    """
    text = text.replace(" ", "+")  # what a + in an address becomes when nobody quoted it
    if _YEAR.fullmatch(text):
        first, last = date(int(text), 1, 1), date(int(text), 12, 31)
    elif _MONTH.fullmatch(text):
        first = date.fromisoformat(f"{text}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    elif _DAY.fullmatch(text):
        first = last = date.fromisoformat(text)
    else:
        return _second(text)
    must_be_meant(datetime.combine(first, time(), UTC), datetime.combine(last, time(), UTC))
    return whole_day(first, zone).start, whole_day(last, zone).end


def _second(text: str) -> tuple[datetime, datetime]:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time of day names its offset")
    at = at.astimezone(UTC)
    must_be_meant(at)
    return (at, at + timedelta(seconds=1)) if at.microsecond == 0 else (at, at + timedelta(microseconds=1))


def must_be_meant(*moments: datetime) -> None:
    """Raises ValueError."""
    if not all(EARLIEST <= at <= LATEST for at in moments):
        raise ValueError("nobody means that")
