"""Reads `demo_clinic.toml`: the clinic as scheduling stores it, and the people who work there."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Need, Part, Purpose, Resource, ResourceKind, Room
from services.scheduling.domain.opening import OpeningHours
from services.scheduling.domain.presence import Shift
from shared.events.staff import Role
from shared.events.values import Weekday

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


def _kind(kind: dict[str, Any]) -> AppointmentKind:
    return AppointmentKind(
        Purpose(kind["purpose"]),
        tuple(Part(part["name"], part["minutes"]) for part in kind["parts"]),
        tuple(Need(ResourceKind(need["resource"]), need["first"], need["last"]) for need in kind["needs"]),
    )
