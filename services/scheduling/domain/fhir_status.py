"""The ten statuses of an appointment in FHIR R4, derived from what we know of ours. Written once, and read both ways: what a
search asks for is turned back into the same facts."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from services.scheduling.domain.appointment import AppointmentState


class FhirStatus(StrEnum):
    """https://hl7.org/fhir/R4/valueset-appointmentstatus.html"""

    PROPOSED = "proposed"
    """Found by `$find`: nobody has it yet, and nothing is kept."""
    PENDING = "pending"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NO_SHOW = "noshow"
    ENTERED_IN_ERROR = "entered-in-error"
    CHECKED_IN = "checked-in"
    WAITLIST = "waitlist"


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides it. `state` is None for whoever waits for a time."""

    state: AppointmentState | None
    by_mistake: bool = False
    """Cancelled because it should never have been booked."""
    gone_in: bool = False
    """Arrived, and through the check-in: the treatment may begin, or has begun."""


_ALIKE = {
    AppointmentState.HELD: FhirStatus.PENDING,
    AppointmentState.BOOKED: FhirStatus.BOOKED,
    AppointmentState.IN_PROGRESS: FhirStatus.CHECKED_IN,
    AppointmentState.COMPLETED: FhirStatus.FULFILLED,
    AppointmentState.MISSED: FhirStatus.NO_SHOW,
}


def fhir_status(facts: Facts) -> FhirStatus:
    match facts.state:
        case None:
            return FhirStatus.WAITLIST
        case AppointmentState.CANCELLED:
            return FhirStatus.ENTERED_IN_ERROR if facts.by_mistake else FhirStatus.CANCELLED
        case AppointmentState.ARRIVED:
            return FhirStatus.CHECKED_IN if facts.gone_in else FhirStatus.ARRIVED
        case state:
            return _ALIKE[state]


def facts_of(status: FhirStatus) -> list[Facts]:
    """All that lead to this status; none for one that stands in no table."""
    every = (Facts(*facts) for facts in product((None, *AppointmentState), (False, True), (False, True)))
    return [facts for facts in every if fhir_status(facts) is status]
