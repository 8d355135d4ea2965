"""Stretches of time between two instants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From `start` until just before `end`; both aware. Two that touch do not overlap."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("an interval ends after it starts")

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Interval") -> bool:
        return self.start <= other.start and other.end <= self.end


Busy = Mapping[UUID, Sequence[Interval]]
"""By resource or patient: what is booked, in order of time; no two intervals of one id overlap."""


_by_start = attrgetter("start")


def merged(intervals: list[Interval]) -> list[Interval]:
    """The same stretches in order, with those that touch or overlap made one."""
    joined: list[Interval] = []
    for interval in sorted(intervals, key=_by_start):
        if joined and interval.start <= joined[-1].end:
            last = joined.pop()
            interval = Interval(last.start, max(last.end, interval.end)) if interval.end > last.end else last
        joined.append(interval)
    return joined


def without(intervals: list[Interval], taken: list[Interval]) -> list[Interval]:
    """What is left of these stretches, which are in order and apart, when the others are taken away."""
    left: list[Interval] = intervals
    for one in taken:
        left = [
            Interval(start, end)
            for piece in left
            for start, end in ((piece.start, min(piece.end, one.start)), (max(piece.start, one.end), piece.end))
            if start < end
        ]
    return left
