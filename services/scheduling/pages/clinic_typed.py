"""What staff type about a clinic, read into values; every mistake in a sentence that stands beside its field."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from starlette.datastructures import FormData

from services.scheduling.domain.opening import MIDNIGHT, ends_after
from services.scheduling.domain.presence import Shift
from services.scheduling.pages.typed_times import read_date, read_time

HOURS = "Write hours such as 08:00 to 12:00, 13:00 to 17:00, or leave it empty."
OVER_MIDNIGHT = (
    "Hours end after they begin. Hours over midnight are entered as two, one on each day: until 24:00, and from 00:00."
)
LONGEST = 100
_BETWEEN = re.compile(r"\s*(?:-|–|to)\s*")


class NotUnderstood(Exception):
    """`errors` has one sentence for each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class Reading:
    """Reads field after field of a form, and remembers what was wrong: `done` raises NotUnderstood with all of it."""

    def __init__(self, sent: FormData) -> None:
        self._sent = sent
        self.errors: dict[str, str] = {}

    def done(self) -> None:
        if self.errors:
            raise NotUnderstood(self.errors)

    def wrong(self, field: str, sentence: str) -> None:
        self.errors.setdefault(field, sentence)

    def text(self, field: str, missing: str = "") -> str:
        """`missing` is said when it is empty; without it, it may be."""
        value = self._sent.get(field, "")
        typed = " ".join(value.split()) if isinstance(value, str) else ""
        if not typed and missing:
            self.wrong(field, missing)
        if len(typed) > LONGEST:
            self.wrong(field, f"Write at most {LONGEST} characters; these are {len(typed)}.")
        return typed

    def ticked(self, field: str) -> bool:
        return bool(self._sent.get(field))

    def several(self, field: str) -> list[str]:
        return [value for value in self._sent.getlist(field) if isinstance(value, str)]

    def number(self, field: str, least: int, most: int) -> int:
        typed = self.text(field)
        if not re.fullmatch(r"\d{1,6}", typed, re.ASCII) or not least <= int(typed) <= most:
            self.wrong(field, f"Write a whole number from {least} to {most}.")
            return least
        return int(typed)

    def hours(self, field: str) -> list[tuple[time, time]]:
        """Nothing, or stretches of one day in order."""
        found: list[tuple[time, time]] = []
        for typed in filter(None, (one.strip() for one in self.text(field).replace(";", ",").split(","))):
            ends = _BETWEEN.split(typed)
            try:
                begins, until = (read(one) for read, one in zip((read_time, _read_end), ends, strict=True))
            except ValueError:
                self.wrong(field, HOURS)
                return []
            if not ends_after(until, begins):
                self.wrong(field, OVER_MIDNIGHT)
                return []
            found.append((begins, until))
        found.sort()
        if any(ends_after(one[1], other[0]) for one, other in pairwise(found)):
            self.wrong(field, "Two of these stretches overlap.")
        return found

    def week(self) -> Iterator[tuple[int, time, time]]:
        """The fields `day-1` (Monday) to `day-7`."""
        for weekday in range(1, 8):
            for begins, ends in self.hours(f"day-{weekday}"):
                yield weekday, begins, ends

    def day(self, field: str, *, needed: bool = False) -> date | None:
        typed = self.text(field, "Enter the date." if needed else "")
        try:
            return read_date(typed) if typed else None
        except ValueError as error:
            self.wrong(field, str(error))
            return None

    def stretch(self) -> tuple[datetime, datetime] | None:
        """The fields `from`, `from-time`, `until`, `until-time`: whole days where no time is typed, the last included."""
        first, last = self.day("from", needed=True), self.day("until") or self.day("from")
        begins, ends = self._time("from-time"), self._time("until-time")
        if first is None or last is None or {"from-time", "until-time"} & self.errors.keys():
            return None
        start = datetime.combine(first, begins or time())
        end = datetime.combine(last, ends) if ends else datetime.combine(last + timedelta(days=1), time())
        if start >= end:
            self.wrong("until", "It ends after it begins.")
            return None
        return start, end

    def _time(self, field: str) -> time | None:
        typed = self.text(field)
        try:
            return read_time(typed) if typed else None
        except ValueError as error:
            self.wrong(field, str(error))
            return None

    def shifts(self, of: UUID) -> list[Shift]:
        """The week, with the dates between which it holds."""
        first, last = self.day("valid-from"), self.day("valid-until")
        if first and last and last < first:
            self.wrong("valid-until", "It is valid until a day that is not before the first.")
        return [Shift(of, weekday, begins, ends, first, last) for weekday, begins, ends in self.week()]


def _read_end(typed: str) -> time:
    """Also 24:00. Raises ValueError."""
    return MIDNIGHT if typed.strip() == "24:00" else read_time(typed)
