"""Where the race is run: a clinic with few hours, and sessions whose needs overlap in odd ways."""

from dataclasses import replace
from datetime import time
from uuid import UUID

from operations.demo_clinic import demo_clinic
from services.scheduling.domain.clinic import Clinic, Need, Purpose, Resource, ResourceKind
from services.scheduling.domain.opening import OpeningHours

_DEMO = demo_clinic()
_THIRD_SEAT = Resource(UUID("01900000-0000-7000-8000-000000000303"), ResourceKind.NURSE_SEAT, "Noor Haddad, seat 1")
_MONDAY, _THURSDAY = 1, 4


def _with_two_nurses_at_first(clinic: Clinic) -> Clinic:
    """A second nurse through set-up and infusion: two seats at a time, then one, each for another part."""
    kinds = tuple(
        replace(kind, needs=(*kind.needs, Need(ResourceKind.NURSE_SEAT, 1, 2)))
        if kind.purpose is Purpose.SESSION
        else kind
        for kind in clinic.kinds
    )
    return replace(clinic, kinds=kinds)


COURSE = _with_two_nurses_at_first(
    replace(
        _DEMO,
        hours=tuple(OpeningHours(day, time(9), time(12)) for day in (_MONDAY, _THURSDAY)),
        resources=(*_DEMO.resources, _THIRD_SEAT),
    )
)
