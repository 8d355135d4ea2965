"""Who of those who wait is asked first for what is free.

Everything about the order stands here: urgency first; then who has waited a week longer; within the same week whom the
free times suit best, by how many wishes they leave unmet; then who has waited longer. Wishes of the urgent do not count,
so nobody overtakes an older one who is as urgent. A time that somebody has answered once, or let pass, is not offered to
them again, nor one that overlaps it: they keep their place and are asked for the next.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.wishes import unmet
from shared.events.values import Urgency, Wishes

BAND = timedelta(weeks=1)
_FIRST = (Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE)


@dataclass(frozen=True, slots=True)
class Free:
    """What may be given, by the clinic's clock: starts, of appointments of one length. `room` says how many could begin
    together, where that is more than one: two who are free at ten are two times."""

    starts: Sequence[datetime]
    length: timedelta
    zone: str
    room: Mapping[datetime, int] = field(default_factory=dict[datetime, int])

    def best_for(self, wishes: Wishes) -> list[tuple[int, datetime]]:
        """Each start after the number of wishes that it leaves unmet."""
        return sorted((unmet(wishes, start, self.zone), start) for start in self.starts)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the list, with the starts that they were asked for already."""

    consultation: Consultation
    asked: frozenset[datetime] = frozenset()

    @property
    def wishes(self) -> Wishes:
        """Those that count: somebody at risk is seen as early as can be."""
        return Wishes() if self.consultation.urgency is Urgency.URGENT else self.consultation.wishes

    def starts(self, free: Free) -> list[datetime]:
        """What may be offered to them, the best first."""
        return [start for _, start in free.best_for(self.wishes) if self.may_be_asked(start, free.length)]

    def may_be_asked(self, start: datetime, length: timedelta) -> bool:
        """A quarter of an hour later is the same time once more."""
        return all(abs(start - asked) >= length for asked in self.asked)


def line(waiting: Iterable[Waiting], free: Free, now: datetime) -> list[Waiting]:
    """Those for whom something is free, in the order in which they are asked."""
    fits: dict[Wishes, list[tuple[int, datetime]]] = {}  # many wish the same
    able: list[tuple[tuple[object, ...], Waiting]] = []
    for one in waiting:
        if one.wishes not in fits:
            fits[one.wishes] = free.best_for(one.wishes)
        fit = next((fit for fit, start in fits[one.wishes] if one.may_be_asked(start, free.length)), None)
        if fit is not None:
            able.append(((*place(one.consultation, now), fit, *_age(one)), one))
    return [one for _, one in sorted(able, key=lambda pair: pair[0])]


def too_many(in_line: Sequence[Waiting], free: Free) -> int:
    """How many find no time of their own when each takes the best that those in front leave them."""
    with_one = 0
    left = {start: free.room.get(start, 1) for start in free.starts}
    for one in in_line:
        if own := one.starts(free):
            with_one += 1
            left = {start: room - (abs(start - own[0]) < free.length) for start, room in left.items()}
            free = replace(free, starts=[start for start in free.starts if left[start] > 0])
    return len(in_line) - with_one


def place(consultation: Consultation, now: datetime) -> tuple[int, int]:
    """Smaller is sooner: urgency, then whole weeks waited. What comes next does so by fit."""
    weeks = max(now - consultation.requested_at, timedelta(0)) // BAND  # the other service's clock may be ahead
    return _FIRST.index(consultation.urgency), -weeks


def _age(one: Waiting) -> tuple[datetime, str]:
    return one.consultation.requested_at, str(one.consultation.id)
