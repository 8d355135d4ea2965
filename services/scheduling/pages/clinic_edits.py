"""The forms that edit a clinic: what stands in each, and how what was typed changes the clinic. Pure but for new ids."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from starlette.datastructures import FormData

from services.scheduling.domain.clinic import Clinic, Purpose, Resource, ResourceKind, Room
from services.scheduling.domain.opening import Closure, OpeningHours
from services.scheduling.domain.presence import Absence
from services.scheduling.pages.clinic_kind import arranged, put_in, read_kind, typed_of, typed_of_new, without
from services.scheduling.pages.clinic_people import PEOPLE
from services.scheduling.pages.clinic_section import Blank, Section, Subject, in_order, nothing_typed
from services.scheduling.pages.clinic_typed import Reading
from services.scheduling.pages.clinic_words import (
    PURPOSES,
    absence_line,
    closure_line,
    hours_of,
    person_name,
)
from shared.ids import uuid7

MINUTE = timedelta(minutes=1)


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
    fields = {room.id: f"room-{room.id}" for room in clinic.rooms}
    called = [room.name.casefold() for room in rooms]
    for room in rooms:
        if called.count(room.name.casefold()) > 1:
            form.wrong(fields.get(room.id, "new-room"), f"Two rooms are called {room.name}.")
    form.done()
    resources = tuple(chairs.get(one.id, one) for one in clinic.resources)
    return replace(clinic, rooms=rooms, resources=in_order((*resources, *new)))


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
    "closures": Section(lambda *_: "Holidays and closures", nothing_typed, _closures_read),
    "absences": Section(lambda *_: "Who or what is away", nothing_typed, _absences_read),
    "chairs": Section(lambda *_: "Rooms and chairs", _chairs_typed, _chairs_read),
    **PEOPLE,
    "kind": Section(_kind_title, _kind_typed, _kind_read, _kind_arranged),
    "retired-kind": Section(_retired_title, nothing_typed, _retired_read),
}
"""By the last part of the address, `/staff/clinic/<name>`."""
