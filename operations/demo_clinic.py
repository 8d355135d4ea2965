"""Reads `demo_clinic.toml`: the clinic as scheduling stores it, and the people who work there."""

import tomllib
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Need, Part, Purpose, Resource, ResourceKind, Room
from services.scheduling.domain.opening import OpeningHours
from services.scheduling.domain.presence import Shift
from shared.events.staff import Role
from shared.events.values import Weekday
from shared.settings import Settings

_WEEKDAYS = tuple(Weekday)


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """One account of the demo."""

    id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]


@cache
def _described() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def demo_staff() -> tuple[DemoStaff, ...]:
    """Everybody who works at the demo clinic."""
    return tuple(
        DemoStaff(UUID(person["id"]), person["name"], person["email"], tuple(Role(role) for role in person["roles"]))
        for person in _described()["staff"]
    )


def demo_clinic() -> Clinic:
    """The demo clinic, for `set_up_clinic`."""
    clinic = _described()["clinic"]
    return Clinic(
        id=UUID(clinic["id"]),
        name=clinic["name"],
        zone=clinic["zone"],
        hours=tuple(
            OpeningHours(_WEEKDAYS.index(Weekday(day)) + 1, hours["opens"], hours["closes"])
            for hours in clinic["hours"]
            for day in hours["weekdays"]
        ),
        resources=tuple(
            Resource(
                UUID(resource["id"]),
                ResourceKind(resource["kind"]),
                resource["name"],
                UUID(resource["staff"]) if "staff" in resource else None,
                room_id=UUID(resource["room"]) if "room" in resource else None,
            )
            for resource in clinic["resources"]
        ),
        kinds=tuple(_kind(kind) for kind in clinic["kinds"]),
        minimum_notice=timedelta(minutes=clinic["minimum_notice_minutes"]),
        horizon=timedelta(days=clinic["horizon_days"]),
        change_notice=timedelta(minutes=clinic["change_notice_minutes"]),
        rooms=tuple(Room(UUID(room["id"]), room["name"]) for room in clinic["rooms"]),
        shifts=tuple(
            Shift(UUID(shifts["of"]), _WEEKDAYS.index(Weekday(day)) + 1, shifts["begins"], shifts["ends"])
            for shifts in clinic["shifts"]
            for day in shifts["weekdays"]
        ),
    )


def demo_clinic_of(settings: Settings) -> Clinic:
    """The demo clinic in the zone by which the services read the clock; for a further clinic, another one just like it."""
    clinic = replace(demo_clinic(), zone=settings.clinic.zone)
    if not settings.further:
        return clinic

    def its_own(id_: UUID) -> UUID:
        return uuid5(settings.clinic.id, str(id_))

    return replace(
        clinic,
        id=settings.clinic.id,
        name=settings.clinic.name,
        resources=tuple(
            replace(
                one,
                id=its_own(one.id),
                staff_id=its_own(one.staff_id) if one.staff_id else None,
                room_id=its_own(one.room_id) if one.room_id else None,
            )
            for one in clinic.resources
        ),
        rooms=tuple(replace(room, id=its_own(room.id)) for room in clinic.rooms),
        shifts=tuple(replace(shift, of=its_own(shift.of)) for shift in clinic.shifts),
    )


def demo_staff_of(settings: Settings) -> tuple[DemoStaff, ...]:
    """Who works there. At a further clinic they are called the same, and have their e-mail where the clinic has its own."""
    if not settings.further:
        return demo_staff()
    domain = settings.mail_from.rpartition("@")[2]
    return tuple(
        replace(one, id=uuid5(settings.clinic.id, str(one.id)), email=f"{one.email.partition('@')[0]}@{domain}")
        for one in demo_staff()
    )


def _kind(kind: dict[str, Any]) -> AppointmentKind:
    return AppointmentKind(
        Purpose(kind["purpose"]),
        tuple(Part(part["name"], part["minutes"]) for part in kind["parts"]),
        tuple(Need(ResourceKind(need["resource"]), need["first"], need["last"]) for need in kind["needs"]),
    )
