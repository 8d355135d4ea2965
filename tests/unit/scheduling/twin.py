"""The twin of the search for free times: tries every start and every way, and is too slow for anything but tests."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID
from zoneinfo import ZoneInfo

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Resource
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.slots import Busy

QUARTER = timedelta(minutes=15)


def free_starts(
    clinic: Clinic, kind: AppointmentKind, resources: list[Resource], window: Interval, taken: Busy, patient_id: UUID
) -> Iterator[datetime]:
    """Every start on a quarter hour that can be given, in order, when no clock jumps in the window."""
    zone = ZoneInfo(clinic.zone)
    day, last = window.start.astimezone(zone).date(), window.end.astimezone(zone).date()
    while day <= last:
        for hours in clinic.hours:
            if hours.weekday != day.isoweekday():
                continue
            at, closes = (datetime.combine(day, wall, zone) for wall in (hours.opens, hours.closes))
            while at + kind.length <= closes:
                during = Interval(at, at + kind.length)
                if (
                    window.contains(during)
                    and _is_free(taken, patient_id, during)
                    and can_be_given(resources, kind, at, taken)
                ):
                    yield at
                at += QUARTER
        day += timedelta(days=1)


def can_be_given(resources: list[Resource], kind: AppointmentKind, start: datetime, taken: Busy) -> bool:
    """Every way to put resources to needs."""
    spans = [Interval(start + kind.span(need)[0], start + kind.span(need)[1]) for need in kind.needs]
    of_kind = [
        [one for one in resources if one.kind is need.resource_kind and _is_free(taken, one.id, span)]
        for need, span in zip(kind.needs, spans, strict=True)
    ]
    for ways in product(*of_kind):
        own = list(zip(ways, spans, strict=True))
        if not any(
            one.id == other.id and span.overlaps(other_span)
            for n, (one, span) in enumerate(own)
            for other, other_span in own[:n]
        ):
            return True
    return False


def _is_free(taken: Busy, id_: UUID, during: Interval) -> bool:
    return not any(during.overlaps(busy) for busy in taken.get(id_, ()))
