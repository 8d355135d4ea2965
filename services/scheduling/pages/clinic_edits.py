"""The forms that edit a clinic: what stands in each, and how what was typed changes the clinic. Pure but for new ids."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from starlette.datastructures import FormData

from services.scheduling.domain.clinic import Clinic, Purpose, Qualification, Resource, ResourceKind, Room
from services.scheduling.domain.opening import Closure, OpeningHours
from services.scheduling.domain.presence import Absence
from services.scheduling.pages.clinic_kind import arranged, put_in, read_kind, typed_of, typed_of_new, without
from services.scheduling.pages.clinic_typed import NotUnderstood, Reading
from services.scheduling.pages.clinic_words import (
    PURPOSES,
    Period,
    absence_line,
    closure_line,
    hours_of,
    person_name,
    rosters,
)
from services.scheduling.store.staff_names import Colleague
from shared.events.staff import Role
from shared.ids import uuid7

MOST_SEATS = 12
MINUTE = timedelta(minutes=1)
WORKS_AS = {Role.CLINICIAN: ResourceKind.CLINICIAN, Role.NURSE: ResourceKind.NURSE_SEAT}

Blank = dict[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """Of whom or of what a form is, where it is not the whole clinic: `of` is what its address says."""

    of: str = ""
    period: str = ""
    colleagues: tuple[Colleague, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One form. `typed` is what stands in it before anybody types, `read` the clinic with what was typed.

    Both raise LookupError for somebody or something that is not there; `read` raises NotUnderstood.
    """

    title: Callable[[Clinic, Subject], str]
    typed: Callable[[Clinic, Subject], Blank]
    read: Callable[[Clinic, FormData, Subject], Clinic]
    arranged: Callable[[FormData], FormData] = lambda sent: sent
    """What was typed, put in order before anything is read from it or shown again."""


def _hours_typed(clinic: Clinic, _subject: Subject) -> Blank:
    week = {
        f"day-{day}": hours_of((one.opens, one.closes) for one in clinic.hours if one.weekday == day)
        for day in range(1, 8)
    }
    return week | {
        "minimum-notice": str(clinic.minimum_notice // MINUTE),
        "horizon": str(clinic.horizon.days),
        "change-notice": str(clinic.change_notice // MINUTE),
    }


def _hours_read(clinic: Clinic, sent: FormData, _subject: Subject) -> Clinic:
    form = Reading(sent)
    hours = tuple(OpeningHours(*one) for one in form.week())
    notice, change = form.number("minimum-notice", 0, 10_080), form.number("change-notice", 0, 10_080)
    horizon = form.number("horizon", 1, 366)
    form.done()
    return replace(
        clinic,
        hours=hours,
        minimum_notice=notice * MINUTE,
        change_notice=change * MINUTE,
        horizon=timedelta(days=horizon),
    )


def _nothing_typed(_clinic: Clinic, _subject: Subject) -> Blank:
    return {}


def _closures_read(clinic: Clinic, sent: FormData, _subject: Subject) -> Clinic:
    form = Reading(sent)
    removed = form.several("remove")
    left = tuple(one for one in clinic.closures if closure_line(one) not in removed)
    if not removed or form.text("name"):
        name, stretch = form.text("name", "Write what it is closed for, such as Thanksgiving."), form.stretch()
        if stretch:
            left = (*left, Closure(*stretch, name))
    form.done()
    return replace(clinic, closures=tuple(sorted(left, key=lambda one: (one.begins, one.name))))


def _absences_read(clinic: Clinic, sent: FormData, _subject: Subject) -> Clinic:
    form = Reading(sent)
    removed = form.several("remove")
    left = tuple(one for one in clinic.absences if absence_line(clinic, one) not in removed)
    if not removed or form.text("who"):
        who, stretch = form.text("who", "Choose who or what is away."), form.stretch()
        if who and who not in dict(can_be_away(clinic)):
            form.wrong("who", "Choose somebody or something of this clinic.")
        if stretch and not form.errors:
            left = (*left, Absence(UUID(who), *stretch))
    form.done()
    return replace(clinic, absences=tuple(sorted(left, key=lambda one: (one.begins, one.ends, one.of))))


def can_be_away(clinic: Clinic) -> list[tuple[str, str]]:
    """People, chairs and rooms, by id."""
    people = {str(one.person): person_name(one) for one in clinic.resources if one.kind is not ResourceKind.CHAIR}
    chairs = {str(one.id): one.name for one in clinic.resources if one.kind is ResourceKind.CHAIR}
    rooms = {str(room.id): f"{room.name}, with all its chairs" for room in clinic.rooms}
    return [*people.items(), *chairs.items(), *rooms.items()]


def _chairs_typed(clinic: Clinic, _subject: Subject) -> Blank:
    typed = {f"room-{room.id}": room.name for room in clinic.rooms}
    for chair in _chairs(clinic):
        typed[f"chair-{chair.id}"] = chair.name
        typed[f"in-{chair.id}"] = str(chair.room_id or "")
        typed[f"active-{chair.id}"] = "yes" if chair.active else ""
    return typed


def _chairs(clinic: Clinic) -> list[Resource]:
    return [one for one in clinic.resources if one.kind is ResourceKind.CHAIR]


def _chairs_read(clinic: Clinic, sent: FormData, _subject: Subject) -> Clinic:
    form = Reading(sent)
    rooms = tuple(replace(room, name=form.text(f"room-{room.id}")) for room in clinic.rooms)
    rooms = tuple(room for room in rooms if room.name)
    if name := form.text("new-room"):
        rooms = (*rooms, Room(uuid7(), name))
    known = {str(room.id): room.id for room in rooms}
    chairs = {
        chair.id: replace(
            chair,
            name=form.text(f"chair-{chair.id}", "A chair needs a name. To give it up, take the tick away."),
            room_id=known.get(form.text(f"in-{chair.id}")),
            active=form.ticked(f"active-{chair.id}"),
        )
        for chair in _chairs(clinic)
    }
    added = form.text("new-chair")
    new = [Resource(uuid7(), ResourceKind.CHAIR, added, room_id=known.get(form.text("new-in")))] if added else []
    names = [one.name.casefold() for one in (*chairs.values(), *new) if one.active]
    for field, name in [(f"chair-{id_}", one.name) for id_, one in chairs.items()] + [("new-chair", added)]:
        if name and names.count(name.casefold()) > 1:
            form.wrong(field, f"Two chairs are called {name}.")
    form.done()
    resources = tuple(chairs.get(one.id, one) for one in clinic.resources)
    return replace(clinic, rooms=rooms, resources=_in_order((*resources, *new)))


def _in_order(resources: tuple[Resource, ...]) -> tuple[Resource, ...]:
    return tuple(sorted(resources, key=lambda one: (one.kind, one.name)))


def _of_person(clinic: Clinic, subject: Subject) -> list[Resource]:
    """Raises LookupError."""
    found = [one for one in clinic.resources if str(one.person) == subject.of and one.kind is not ResourceKind.CHAIR]
    if not found:
        raise LookupError(subject.of)
    return found


def _person_title(clinic: Clinic, subject: Subject) -> str:
    return person_name(_of_person(clinic, subject)[0])


def seats_of(clinic: Clinic, person: UUID) -> int:
    return sum(one.person == person for one in clinic.of_kind(ResourceKind.NURSE_SEAT))


def _person_typed(clinic: Clinic, subject: Subject) -> Blank:
    theirs = _of_person(clinic, subject)
    return {
        "seats": str(seats_of(clinic, theirs[0].person)),
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
        resources=_in_order(resources),
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
            resources=_in_order((*clinic.resources, Resource(uuid7(), ResourceKind.CLINICIAN, name, UUID(staff_id)))),
        )
    seats = form.number("seats", 1, MOST_SEATS)
    form.done()
    nurse = Resource(uuid7(), ResourceKind.NURSE_SEAT, name, UUID(staff_id))
    return replace(
        clinic,
        resources=_in_order((*clinic.resources, *(_seat(nurse, number + 1) for number in range(seats)))),
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


def _purpose(subject: Subject) -> Purpose:
    """Raises LookupError."""
    try:
        return Purpose(subject.of)
    except ValueError:
        raise LookupError(subject.of) from None


def _kind_title(clinic: Clinic, subject: Subject) -> str:
    name = PURPOSES[purpose := _purpose(subject)]
    return name if clinic.kind(purpose) else f"Offer a new kind: {name.lower()}"


def _kind_typed(clinic: Clinic, subject: Subject) -> Blank:
    kind = clinic.kind(purpose := _purpose(subject))
    return typed_of(kind) if kind else typed_of_new(purpose)


def _kind_arranged(sent: FormData) -> FormData:
    return FormData(arranged({name: value for name, value in sent.multi_items() if isinstance(value, str)}))


def _kind_read(clinic: Clinic, sent: FormData, subject: Subject) -> Clinic:
    purpose = _purpose(subject)
    return put_in(clinic, read_kind(purpose, sent, frozenset(known_qualifications(clinic, purpose))))


def known_qualifications(clinic: Clinic, purpose: Purpose) -> list[str]:
    """What somebody here is qualified for, and what this kind asks for already though nobody is any more."""
    kind = clinic.kind(purpose)
    asked = {need.qualification for need in kind.needs if need.qualification} if kind else set[str]()
    return sorted({one.name for one in clinic.qualifications} | asked)


def _retired_title(clinic: Clinic, subject: Subject) -> str:
    """Raises LookupError where it is not offered."""
    purpose = _purpose(subject)
    if clinic.kind(purpose) is None:
        raise LookupError(subject.of)
    return f"Stop offering: {PURPOSES[purpose].lower()}"


def _retired_read(clinic: Clinic, sent: FormData, subject: Subject) -> Clinic:
    form = Reading(sent)
    if not form.ticked("sure"):
        form.wrong("sure", "Tick this if you mean it, or leave it as it is.")
    form.done()
    return without(clinic, _purpose(subject))


SECTIONS: Mapping[str, Section] = {
    "hours": Section(lambda *_: "Opening hours and notice", _hours_typed, _hours_read),
    "closures": Section(lambda *_: "Holidays and closures", _nothing_typed, _closures_read),
    "absences": Section(lambda *_: "Who or what is away", _nothing_typed, _absences_read),
    "chairs": Section(lambda *_: "Rooms and chairs", _chairs_typed, _chairs_read),
    "added": Section(lambda *_: "Add somebody", _nothing_typed, _added_read),
    "person": Section(_person_title, _person_typed, _person_read),
    "roster": Section(lambda clinic, of: f"Roster of {_person_title(clinic, of)}", _roster_typed, _roster_read),
    "kind": Section(_kind_title, _kind_typed, _kind_read, _kind_arranged),
    "retired-kind": Section(_retired_title, _nothing_typed, _retired_read),
}
"""By the last part of the address, `/staff/clinic/<name>`."""
