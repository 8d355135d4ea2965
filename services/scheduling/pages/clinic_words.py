"""A clinic's data in words, and what a change of it changes: for the preview, and for the history."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from services.scheduling.domain.clinic import AppointmentKind, Clinic, Need, Purpose, Resource, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.misdescribed import WEEKDAYS
from services.scheduling.domain.opening import MIDNIGHT, Closure
from services.scheduling.domain.presence import Absence, Shift
from services.scheduling.domain.wall_clock import day_of, reads

KINDS = {ResourceKind.CHAIR: "Chair", ResourceKind.CLINICIAN: "Prescriber", ResourceKind.NURSE_SEAT: "Nurse’s seat"}
NEEDED = {
    ResourceKind.CHAIR: "A chair",
    ResourceKind.NURSE_SEAT: "A nurse’s seat",
    ResourceKind.CLINICIAN: "A prescriber",
}
PURPOSES = {Purpose.CONSULTATION: "Consultation", Purpose.SESSION: "Infusion session"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def the_day(day: date) -> str:
    """`Thu, Dec 24, 2026`."""
    return f"{WEEKDAYS[day.weekday()][:3]}, {_MONTHS[day.month - 1]} {day.day}, {day.year}"


def stretch(begins: datetime, ends: datetime) -> str:
    """Whole days by their dates; `Thu, Dec 24, 2026, 12:00 to 17:00`."""
    last = ends - timedelta(days=1)
    if begins.time() == MIDNIGHT and ends.time() == MIDNIGHT:
        return the_day(begins.date()) if last <= begins else f"{the_day(begins.date())} to {the_day(last.date())}"
    if begins.date() == ends.date():
        return f"{the_day(begins.date())}, {begins:%H:%M} to {ends:%H:%M}"
    return f"{the_day(begins.date())}, {begins:%H:%M} to {the_day(ends.date())}, {ends:%H:%M}"


def hours_of(pairs: Iterable[tuple[time, time]]) -> str:
    """`08:00 to 12:00, 13:00 to 17:00`; `closed`-like emptiness is the caller's to name."""
    return ", ".join(f"{begins:%H:%M} to {_end(ends)}" for begins, ends in sorted(pairs))


def open_words(open_: Iterable[Interval], day: date, zone: str) -> str:
    """The same of one day as its clock went; "" when it is closed."""
    return hours_of(
        (reads(one.start, zone).time(), MIDNIGHT if day_of(one.end, zone) > day else reads(one.end, zone).time())
        for one in open_
    )


def _end(ends: time) -> str:
    return "24:00" if ends == MIDNIGHT else f"{ends:%H:%M}"


def opening_lines(clinic: Clinic) -> list[tuple[str, str]]:
    """Each weekday with its hours."""
    return [
        (name, hours_of((one.opens, one.closes) for one in clinic.hours if one.weekday == number) or "closed")
        for number, name in enumerate(WEEKDAYS, start=1)
    ]


def closure_line(closure: Closure) -> str:
    return f"{closure.name}: {stretch(closure.begins, closure.ends)}"


def name_of(clinic: Clinic, of: UUID) -> str:
    """What a person, a chair or a room is called. A nurse is called by her seats' common name."""
    for room in clinic.rooms:
        if room.id == of:
            return room.name
    for resource in clinic.resources:
        if of in {resource.person, resource.id}:
            return person_name(resource) if of == resource.person else resource.name
    return "Somebody"


def person_name(resource: Resource) -> str:
    """Without the number of the seat."""
    return resource.name.rsplit(", seat ", 1)[0]


def absence_line(clinic: Clinic, absence: Absence) -> str:
    return f"{name_of(clinic, absence.of)}: {stretch(absence.begins, absence.ends)}"


def roster_line(shifts: Iterable[Shift]) -> str:
    """`Mon 08:00 to 12:00; Tue 08:00 to 17:00`, of one period."""
    by_day: dict[int, list[tuple[time, time]]] = {}
    for shift in shifts:
        by_day.setdefault(shift.weekday, []).append((shift.begins, shift.ends))
    return "; ".join(f"{WEEKDAYS[day - 1][:3]} {hours_of(pairs)}" for day, pairs in sorted(by_day.items()))


Period = tuple[date | None, date | None]


def rosters(clinic: Clinic, person: UUID) -> dict[Period, list[Shift]]:
    """A person's shifts by the dates between which they hold, the earliest first."""
    found: dict[Period, list[Shift]] = {}
    for shift in clinic.shifts:
        if shift.of == person:
            found.setdefault((shift.valid_from, shift.valid_until), []).append(shift)
    return dict(sorted(found.items(), key=lambda one: (one[0][0] or date.min, one[0][1] or date.max)))


def period_words(period: Period) -> str:
    """`always`, `from Tue, Dec 1, 2026`, `until …`."""
    first, last = period
    words = [f"from {the_day(first)}" if first else "", f"until {the_day(last)}" if last else ""]
    return " ".join(filter(None, words)) or "always"


def apart(name: str) -> str:
    """A name inside a sentence: what turns its own direction turns nothing that stands beside it."""
    return name if name.isascii() else f"{_ISOLATE}{name.replace(_END_ISOLATE, '')}{_END_ISOLATE}"


def part_lines(kind: AppointmentKind) -> str:
    return ", ".join(f"{apart(part.name)} {part.minutes} min" for part in kind.parts)


def need_line(kind: AppointmentKind, need: Need) -> str:
    """`Chair, from set-up to turnover`."""
    first, last = (apart(kind.parts[end - 1].name) for end in (need.first_part, need.last_part))
    who = KINDS[need.resource_kind] + (f" with “{need.qualification}”" if need.qualification else "")
    return f"{who}, during {first}" if first == last else f"{who}, from {first} to {last}"


def changes(before: Clinic | None, after: Clinic) -> list[str]:
    """Everything that is different, each in one sentence."""
    if before is None:
        return ["The clinic was set up."]
    return [
        *_hours(before, after),
        *_lists(
            "Closed", [closure_line(one) for one in before.closures], [closure_line(one) for one in after.closures]
        ),
        *_lists("Room", [one.name for one in before.rooms], [one.name for one in after.rooms]),
        *_resources(before, after),
        *_lists("Away", [absence_line(before, one) for one in before.absences], _absences(after)),
        *_lists("Roster", _rosters(before), _rosters(after)),
        *_lists("Qualified", _qualified(before), _qualified(after)),
        *_kinds(before, after),
        *_notices(before, after),
    ]


def _hours(before: Clinic, after: Clinic) -> list[str]:
    return [
        f"{name}: {now} instead of {then}."
        for (name, then), (_, now) in zip(opening_lines(before), opening_lines(after), strict=True)
        if then != now
    ]


def _lists(what: str, then: list[str], now: list[str]) -> list[str]:
    added = [f"{what}, added: {one}." for one in now if one not in then]
    return added + [f"{what}, removed: {one}." for one in then if one not in now]


def _resources(before: Clinic, after: Clinic) -> list[str]:
    then = {one.id: one for one in before.resources}
    found: list[str] = []
    for one in after.resources:
        known = then.get(one.id)
        if known is None:
            found.append(f"{KINDS[one.kind]}, added: {one.name}.")
            continue
        if known.name != one.name:
            found.append(f"{known.name} is called {one.name}.")
        if known.active != one.active:
            found.append(f"{one.name} can be booked {'again' if one.active else 'no more'}.")
        if known.room_id != one.room_id:
            where = next((room.name for room in after.rooms if room.id == one.room_id), "no room")
            found.append(f"{one.name} stands in {where}.")
    return found


def _absences(clinic: Clinic) -> list[str]:
    return [absence_line(clinic, one) for one in clinic.absences]


def _rosters(clinic: Clinic) -> list[str]:
    people = dict.fromkeys(shift.of for shift in clinic.shifts)
    return [
        f"{name_of(clinic, person)}, {period_words(period)}: {roster_line(shifts)}"
        for person in people
        for period, shifts in rosters(clinic, person).items()
    ]


def _qualified(clinic: Clinic) -> list[str]:
    return [f"{name_of(clinic, one.of)} for “{one.name}”" for one in clinic.qualifications]


def _kinds(before: Clinic, after: Clinic) -> list[str]:
    found: list[str] = []
    for kind in after.kinds:
        known, name = before.kind(kind.purpose), PURPOSES[kind.purpose]
        if known is None:
            found.append(f"{name}, added: {part_lines(kind)}.")
            found.append(_needs(kind))
            continue
        if known.parts != kind.parts:
            found.append(f"{name}: {part_lines(kind)}, instead of {part_lines(known)}.")
        if _need_lines(known) != _need_lines(kind):
            found.append(_needs(kind))
        if known.days_apart != kind.days_apart:
            found.append(f"{name}: {kind.days_apart} days between two of one patient, instead of {known.days_apart}.")
    given_up = [kind for kind in before.kinds if after.kind(kind.purpose) is None]
    return found + [f"{PURPOSES[kind.purpose]}, no longer offered: it was {part_lines(kind)}." for kind in given_up]


def _needs(kind: AppointmentKind) -> str:
    return f"{PURPOSES[kind.purpose]} needs: {'; '.join(_need_lines(kind)) or 'nothing'}."


def _need_lines(kind: AppointmentKind) -> list[str]:
    return [need_line(kind, need) for need in kind.needs]


def _notices(before: Clinic, after: Clinic) -> list[str]:
    found: list[str] = []
    if before.name != after.name:
        found.append(f"The clinic is called {after.name}.")
    if before.zone != after.zone:
        found.append(f"Its clock goes by {after.zone}, instead of {before.zone}.")
    if before.minimum_notice != after.minimum_notice:
        found.append(f"Patients book {after.minimum_notice // timedelta(minutes=1)} minutes ahead at the latest.")
    if before.horizon != after.horizon:
        found.append(f"Patients book {after.horizon.days} days ahead at most.")
    if before.change_notice != after.change_notice:
        found.append(f"Patients move {after.change_notice // timedelta(minutes=1)} minutes ahead at the latest.")
    return found
