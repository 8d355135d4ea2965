"""Stretches of one resource's time, as FHIR's Slot knows them: free within opening hours, booked, or held."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.clinic import Clinic, Resource
from services.scheduling.domain.interval import Interval, without

_NAME = re.compile(r"([0-9a-f]{32})-([0-9a-f]{8})-([0-9a-f]{8})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class SlotStatus(StrEnum):
    """https://hl7.org/fhir/R4/valueset-slotstatus.html"""

    FREE = "free"
    BUSY = "busy"
    BUSY_TENTATIVE = "busy-tentative"
    """Held, and maybe free again soon."""
    BUSY_UNAVAILABLE = "busy-unavailable"
    """Open, but this resource is not there."""


@dataclass(frozen=True, slots=True)
class FhirSlot:
    """`name` says what it is, so that it can be looked up though nothing is stored of it. In whole minutes."""

    resource_id: UUID
    during: Interval
    status: SlotStatus

    @property
    def name(self) -> str:
        start, end = ((at - _EPOCH) // _MINUTE for at in (self.during.start, self.during.end))
        return f"{self.resource_id.hex}-{start:08x}-{end:08x}"


def slot_named(name: str) -> tuple[UUID, Interval]:
    """Whose time, and when. Raises ValueError for a name that was never given."""
    if (found := _NAME.fullmatch(name)) is None:
        raise ValueError("no slot has such a name")
    resource_id, start, end = found.groups()
    return UUID(resource_id), Interval(_EPOCH + int(start, 16) * _MINUTE, _EPOCH + int(end, 16) * _MINUTE)


def slots_of(
    clinic: Clinic, resource: Resource, window: Interval, booked: Iterable[tuple[Interval, SlotStatus]]
) -> list[FhirSlot]:
    """What of a resource's time lies in the window, in order: what is booked; and of the rest while the clinic is open, what is
    free, and when it is not there."""
    taken = sorted(((during, status) for during, status in booked if during.overlaps(window)), key=lambda one: one[0])
    open_ = without(_open(clinic, window), [during for during, _ in taken])
    free = without(open_, list(clinic.away(resource, window)))
    found = [FhirSlot(resource.id, during, status) for during, status in taken]
    found += [FhirSlot(resource.id, during, SlotStatus.FREE) for during in free]
    found += [FhirSlot(resource.id, during, SlotStatus.BUSY_UNAVAILABLE) for during in without(open_, free)]
    return sorted(found, key=lambda one: one.during)


def _open(clinic: Clinic, window: Interval) -> list[Interval]:
    return [
        Interval(max(open_.start, window.start), min(open_.end, window.end))
        for open_ in clinic.open_over(window)
        if open_.overlaps(window)
    ]
