"""The forms that edit who works at a clinic: a person, their roster, and somebody who comes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from starlette.datastructures import FormData

from services.scheduling.domain.clinic import Clinic, Qualification, Resource, ResourceKind
from services.scheduling.pages.clinic_section import Blank, Section, Subject, in_order, nothing_typed
from services.scheduling.pages.clinic_typed import NotUnderstood, Reading
from services.scheduling.pages.clinic_words import Period, hours_of, person_name, rosters
from services.scheduling.store.staff_names import Colleague
from shared.events.staff import Role
from shared.ids import uuid7

MOST_SEATS = 12
WORKS_AS = {Role.CLINICIAN: ResourceKind.CLINICIAN, Role.NURSE: ResourceKind.NURSE_SEAT}


def _of_person(clinic: Clinic, subject: Subject) -> list[Resource]:
    """Raises LookupError."""
    found = [one for one in clinic.resources if str(one.person) == subject.of and one.kind is not ResourceKind.CHAIR]
    if not found:
        raise LookupError(subject.of)
    return found


def _person_title(clinic: Clinic, subject: Subject) -> str:
    return person_name(_of_person(clinic, subject)[0])


def _seats_of(clinic: Clinic, person: UUID) -> int:
    return sum(one.person == person for one in clinic.of_kind(ResourceKind.NURSE_SEAT))


def _person_typed(clinic: Clinic, subject: Subject) -> Blank:
    theirs = _of_person(clinic, subject)
    return {
        "seats": str(_seats_of(clinic, theirs[0].person)),
        "bookable": "yes" if any(one.active for one in theirs) else "",
        "qualifications": ", ".join(one.name for one in clinic.qualifications if one.of == theirs[0].person),
    }


def _person_read(clinic: Clinic, sent: FormData, subject: Subject) -> Clinic:
    theirs = _of_person(clinic, subject)
    person, form = theirs[0].person, Reading(sent)
    qualified = list(dict.fromkeys(filter(None, (one.strip() for one in form.text("qualifications").split(",")))))
    seats = [one for one in theirs if one.kind is ResourceKind.NURSE_SEAT]
    changed: dict[UUID, Resource] = {
        one.id: replace(one, active=form.ticked("bookable")) for one in theirs if one.kind is ResourceKind.CLINICIAN
    }
    wanted = form.number("seats", 0, MOST_SEATS) if seats else 0
    form.done()
    changed |= {seat.id: replace(seat, active=number < wanted) for number, seat in enumerate(seats)}
    new = [_seat(theirs[0], number + 1) for number in range(len(seats), wanted)]
    resources = (*(changed.get(one.id, one) for one in clinic.resources), *new)
    others = tuple(one for one in clinic.qualifications if one.of != person)
    qualifications = (*others, *(Qualification(person, name) for name in qualified))
    return replace(
        clinic,
        resources=in_order(resources),
        qualifications=tuple(sorted(qualifications, key=lambda one: (one.of, one.name))),
    )


def _seat(of: Resource, number: int) -> Resource:
    return Resource(uuid7(), ResourceKind.NURSE_SEAT, f"{person_name(of)}, seat {number}", of.staff_id)


def can_be_added(clinic: Clinic, colleagues: tuple[Colleague, ...]) -> list[tuple[str, str]]:
    """Who works here as a clinician or a nurse and cannot be booked yet: by role and staff id, in words."""
    known = {(one.kind, one.staff_id) for one in clinic.resources}
    return [
        (f"{role}:{colleague.staff_id}", f"{colleague.name}, {'prescriber' if role is Role.CLINICIAN else 'nurse'}")
        for colleague in colleagues
        for role, kind in WORKS_AS.items()
        if role in colleague.roles and (kind, colleague.staff_id) not in known
    ]


def _added_read(clinic: Clinic, sent: FormData, subject: Subject) -> Clinic:
    form = Reading(sent)
    who = form.text("who", "Choose who is added.")
    if who and who not in dict(can_be_added(clinic, subject.colleagues)):
        form.wrong("who", "Choose somebody who works here and cannot be booked yet.")
    form.done()
    role, _, staff_id = who.partition(":")
    name = next(one.name for one in subject.colleagues if str(one.staff_id) == staff_id)
    if role == Role.CLINICIAN:
        return replace(
            clinic,
            resources=in_order((*clinic.resources, Resource(uuid7(), ResourceKind.CLINICIAN, name, UUID(staff_id)))),
        )
    seats = form.number("seats", 1, MOST_SEATS)
    form.done()
    nurse = Resource(uuid7(), ResourceKind.NURSE_SEAT, name, UUID(staff_id))
    return replace(
        clinic,
        resources=in_order((*clinic.resources, *(_seat(nurse, number + 1) for number in range(seats)))),
    )


def period_key(period: Period) -> str:
    """As it stands in an address."""
    return "_".join(str(day or "") for day in period)


def _period(subject: Subject) -> Period:
    """Raises LookupError."""
    first, _, last = subject.period.partition("_")
    try:
        return (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
    except ValueError:
        raise LookupError(subject.period) from None


def _roster_typed(clinic: Clinic, subject: Subject) -> Blank:
    person = _of_person(clinic, subject)[0].person
    if subject.period == "new":
        return {}
    first, last = period = _period(subject)
    shifts = rosters(clinic, person).get(period, [])
    week = {
        f"day-{day}": hours_of((one.begins, one.ends) for one in shifts if one.weekday == day) for day in range(1, 8)
    }
    return week | {"valid-from": str(first or ""), "valid-until": str(last or "")}


def _roster_read(clinic: Clinic, sent: FormData, subject: Subject) -> Clinic:
    person, form = _of_person(clinic, subject)[0].person, Reading(sent)
    shifts = form.shifts(person)
    form.done()
    replaced = [] if subject.period == "new" else rosters(clinic, person).get(_period(subject), [])
    left = [one for one in clinic.shifts if one not in replaced]
    if subject.period == "new" and not shifts:
        raise NotUnderstood({"day-1": "Enter the hours of at least one day."})
    order = sorted(
        {*left, *shifts}, key=lambda one: (one.of, one.weekday, one.begins, one.valid_from or date.max, one.ends)
    )
    return replace(clinic, shifts=tuple(order))


PEOPLE: Mapping[str, Section] = {
    "added": Section(lambda *_: "Add somebody", nothing_typed, _added_read),
    "person": Section(_person_title, _person_typed, _person_read),
    "roster": Section(lambda clinic, of: f"Roster of {_person_title(clinic, of)}", _roster_typed, _roster_read),
}
"""As `clinic_edits.SECTIONS`."""
