"""A glance at diaries: most starts of a full calendar are passed over without looking at who exactly would serve."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import overload
from uuid import UUID

from services.scheduling.domain.interval import Busy, Interval


@dataclass(frozen=True, slots=True)
class Diary(Sequence[Interval]):
    """What is booked of one resource, in order of time, as two columns: hundreds are read where few stretches are asked for."""

    starts: list[datetime] = field(default_factory=list)
    ends: list[datetime] = field(default_factory=list)

    @classmethod
    def of(cls, booked: Sequence[Interval]) -> "Diary":
        """Without a copy of what is a diary already."""
        return booked if type(booked) is cls else cls([one.start for one in booked], [one.end for one in booked])

    def is_free(self, begin: datetime, end: datetime) -> bool:
        at = bisect_left(self.starts, end)
        return at == 0 or self.ends[at - 1] <= begin

    def write(self, during: Interval) -> None:
        """It is booked then as well; what is written already stays as it is."""
        at = bisect_left(self.starts, during.start)
        if self.starts[at : at + 1] == [during.start]:
            return
        self.starts.insert(at, during.start)
        self.ends.insert(at, during.end)

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, at: int) -> Interval: ...

    @overload
    def __getitem__(self, at: slice) -> "Diary": ...

    def __getitem__(self, at: int | slice) -> "Interval | Diary":
        if isinstance(at, slice):
            return Diary(self.starts[at], self.ends[at])
        return Interval(self.starts[at], self.ends[at])


class Diaries:
    """Of everybody: each is written once, when it is first looked into."""

    def __init__(self, unfree: Busy) -> None:
        self._unfree = unfree
        self._written: dict[UUID, Diary] = {}

    def of(self, id_: UUID) -> Diary:
        if (diary := self._written.get(id_)) is None:
            diary = self._written[id_] = Diary.of(self._unfree.get(id_, ()))
        return diary


@dataclass(slots=True)
class Glance:
    """Whether one need of an appointment could be met at all, by whoever could meet it."""

    begins: timedelta
    ends: timedelta
    diaries: list[Diary]
    nobody: Interval | None = None
    """Starts of which it is known that nobody is free then: whatever is in the way of the first is in the way of all."""

    def sees_somebody_free(self, start: datetime) -> bool:
        if self.nobody is not None and self.nobody.start <= start < self.nobody.end:
            return False
        begin, end = start + self.begins, start + self.ends
        in_the_way: list[datetime] = []
        for diary in self.diaries:
            at = bisect_left(diary.starts, end)
            if at == 0 or diary.ends[at - 1] <= begin:
                return True
            in_the_way.append(diary.ends[at - 1])
        if in_the_way:
            self.nobody = Interval(start, min(in_the_way) - self.begins)
        return False
