"""Small clinics for rules to be tried on."""

from datetime import datetime, time, timedelta
from uuid import UUID

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Need, Part, Purpose, Resource, ResourceKind
from services.scheduling.domain.opening import OpeningHours

CLINIC_ID = UUID(int=1)
PATIENT = UUID(int=99)
VISIT = AppointmentKind(Purpose.CONSULTATION, (Part("visit", 45),), (Need(ResourceKind.CLINICIAN, 1, 1),))
INFUSION = AppointmentKind(
    Purpose.SESSION,
    (Part("set-up", 15), Part("infusion", 40), Part("observation", 30), Part("turnover", 10)),
    (
        Need(ResourceKind.CHAIR, 1, 4),
        Need(ResourceKind.CLINICIAN, 1, 1),
        Need(ResourceKind.NURSE_SEAT, 1, 1),
        Need(ResourceKind.NURSE_SEAT, 2, 2),
        Need(ResourceKind.NURSE_SEAT, 3, 3),
    ),
)
WEEKDAYS = tuple(OpeningHours(weekday, time(8), time(17)) for weekday in range(1, 6))


def wall(shown: str) -> datetime:
    """What a wall clock shows: no zone, on purpose."""
    return datetime.fromisoformat(shown)


def resource(number: int, kind: ResourceKind) -> Resource:
    return Resource(UUID(int=number), kind, f"{kind} {number}", staff_id=UUID(int=1000 + number))


CHAIRS = (resource(11, ResourceKind.CHAIR), resource(12, ResourceKind.CHAIR))
CLINICIANS = (resource(21, ResourceKind.CLINICIAN), resource(22, ResourceKind.CLINICIAN))
SEATS = (resource(31, ResourceKind.NURSE_SEAT), resource(32, ResourceKind.NURSE_SEAT))


def clinic(
    *,
    zone: str = "America/Denver",
    hours: tuple[OpeningHours, ...] = WEEKDAYS,
    resources: tuple[Resource, ...] = (*CHAIRS, *CLINICIANS, *SEATS),
) -> Clinic:
    return Clinic(CLINIC_ID, "Tern Street Clinic", zone, hours, resources, (VISIT, INFUSION), timedelta(0))
