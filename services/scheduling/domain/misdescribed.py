"""What cannot be meant in a clinic's data, in words that say where."""

from collections.abc import Iterator
from itertools import pairwise

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Purpose, Resource
from services.scheduling.domain.opening import ends_after
from shared.zones import known_zones

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_MINUTES = 24 * 60


class ClinicMisdescribed(ValueError):
    """The description cannot be meant; the words say where."""


def must_be_meant(clinic: Clinic) -> None:
    """Raises ClinicMisdescribed with everything that is wrong."""
    if wrong := list(mistakes(clinic)):
        raise ClinicMisdescribed(" ".join(wrong))


def mistakes(clinic: Clinic) -> Iterator[str]:
    """Each as a sentence."""
    if clinic.zone not in known_zones():
        yield f"{clinic.zone!r} is not a zone of the IANA database."
    if not clinic.name.strip():
        yield "The clinic has no name."
    yield from _twice("rooms", [room.id for room in clinic.rooms])
    yield from _twice("resources", [resource.id for resource in clinic.resources])
    yield from _of_days(clinic)
    yield from _of_people(clinic)
    yield from _twice("kinds of appointment", [kind.purpose for kind in clinic.kinds])
    for kind in clinic.kinds:
        yield from _of_kind(kind)


def _of_days(clinic: Clinic) -> Iterator[str]:
    for hours in clinic.hours:
        if not 1 <= hours.weekday <= 7:
            yield f"There is no weekday {hours.weekday}."
        elif not ends_after(hours.closes, hours.opens):
            yield (
                f"Opening hours on {WEEKDAYS[hours.weekday - 1]} end at {hours.closes:%H:%M}, before they begin at "
                f"{hours.opens:%H:%M}. Hours over midnight are entered as two, one on each day."
            )
    ordered = sorted(clinic.hours, key=lambda one: (one.weekday, one.opens))
    for one, other in pairwise(ordered):
        if one.weekday == other.weekday and ends_after(one.closes, other.opens) and 1 <= one.weekday <= 7:
            yield f"Opening hours on {WEEKDAYS[one.weekday - 1]} overlap at {other.opens:%H:%M}."
    for closure in clinic.closures:
        if closure.begins >= closure.ends:
            yield f"The closure for {closure.name} ends before it begins."


def _of_people(clinic: Clinic) -> Iterator[str]:
    rooms = {room.id for room in clinic.rooms}
    yield from (
        f"{resource.name} stands in a room that is not there."
        for resource in clinic.resources
        if resource.room_id is not None and resource.room_id not in rooms
    )
    for shift in clinic.shifts:
        if not 1 <= shift.weekday <= 7 or not ends_after(shift.ends, shift.begins):
            yield (
                f"{_name(clinic.resources, shift.of)} has a shift that ends before it begins. A shift over midnight is "
                "entered as two, one on each day."
            )
        if shift.valid_from and shift.valid_until and shift.valid_until < shift.valid_from:
            yield f"{_name(clinic.resources, shift.of)} has a shift that is valid until before it is valid from."
    for absence in clinic.absences:
        if absence.begins >= absence.ends:
            yield f"{_name(clinic.resources, absence.of)} has an absence that ends before it begins."


def _of_kind(kind: AppointmentKind) -> Iterator[str]:
    if not kind.parts:
        yield f"A {kind.purpose} has no parts."
    if any(part.minutes <= 0 for part in kind.parts):
        yield f"A part of a {kind.purpose} takes no time."
    if sum(part.minutes for part in kind.parts) > MOST_MINUTES:
        yield f"A {kind.purpose} takes more than a day."
    if kind.days_apart < 0 or (kind.days_apart and kind.purpose is not Purpose.SESSION):
        yield "Days can lie between sessions only, and not fewer than none."
    for need in kind.needs:
        if not 1 <= need.first_part <= need.last_part <= len(kind.parts):
            yield f"A {kind.purpose} needs a {need.resource_kind.words} in a part it does not have."


def _twice(what: str, ids: list[object]) -> Iterator[str]:
    if len(set(ids)) != len(ids):
        yield f"Two {what} are the same."


def _name(resources: tuple[Resource, ...], of: object) -> str:
    return next((resource.name for resource in resources if of in resource.known_as), "Somebody")
