"""States, outcomes and refusals in words for staff."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Clinic, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import Missing, Taken, Why
from services.scheduling.domain.scale_total import ScaleTotal
from services.scheduling.domain.session import AmendReason, CancelReason
from services.scheduling.domain.wall_clock import day_of, spread
from services.scheduling.pages.names import Names
from services.scheduling.store.day_list import ListedAppointment
from shared.events.session import Outcome, Severity
from shared.web.templating import counted
from shared.web.times import staff_day, staff_time, staff_when

OUTCOMES = {
    Outcome.FULL: "Full infusion",
    Outcome.STOPPED_EARLY: "Stopped early",
    Outcome.TRANSFERRED: "Transferred to other care",
}
SEVERITIES = {
    Severity.NONE: "None",
    Severity.MILD: "Mild",
    Severity.MODERATE: "Moderate",
    Severity.SEVERE: "Severe",
}
REASONS = {
    CancelReason.PATIENT_ASKED: "The patient asked",
    CancelReason.PATIENT_UNWELL: "The patient is unwell",
    CancelReason.STAFF_AWAY: "Staff are away",
    CancelReason.EQUIPMENT: "A chair or equipment is not usable",
    CancelReason.BOOKED_BY_MISTAKE: "Booked by mistake",
}
AMEND_REASONS = {
    AmendReason.MISTYPED: "It was mistyped",
    AmendReason.PAPER_SAYS_OTHERWISE: "The paper says otherwise",
    AmendReason.KNOWN_LATER: "It became known later",
}
_SCALES = {
    "phq-9": "PHQ-9",
    "gad-7": "GAD-7",
    "pcl-5": "PCL-5",
    "pain-nrs": "Pain",
    "audit-c": "AUDIT-C",
    "dast-10": "DAST-10",
}
_KINDS = {
    ResourceKind.CHAIR: "chair",
    ResourceKind.CLINICIAN: "prescriber",
    ResourceKind.NURSE_SEAT: "nurse seat",
}
_CHIPS = {
    AppointmentState.HELD: ("Held", "plan", "timer"),
    AppointmentState.BOOKED: ("Booked", "", "calendar-check"),
    AppointmentState.ARRIVED: ("Arrived", "soft", "map-pin-check"),
    AppointmentState.IN_PROGRESS: ("In progress", "run", "clock"),
    AppointmentState.COMPLETED: ("Done", "ok", "check"),
    AppointmentState.CANCELLED: ("Cancelled", "", "calendar-x"),
    AppointmentState.MISSED: ("Missed", "danger", "user-x"),
}


ASKING = "Somebody who is asking now"
"""Whose request is not sent yet, so that nobody here knows them."""
WAITING = "Somebody who waits"
"""Who they are stands on the waiting list: more than one may be asked for the same time."""


def held_for(row: ListedAppointment, names: Names) -> str:
    """For whom a time is held that nobody has yet."""
    if row.offered:
        return WAITING
    return ASKING if row.booked_by is None and not row.asked_about else names.name(row.patient_id, row.reference)


def held_chip(row: ListedAppointment, until: datetime, zone: str) -> tuple[str, str, str]:
    """Text, kind and icon, as of `state_chip`."""
    return (
        f"{'Offered' if row.offered else 'Held'} until {staff_time(until, zone)}",
        *_CHIPS[AppointmentState.HELD][1:],
    )


def state_chip(row: ListedAppointment, now: datetime) -> tuple[str, str, str]:
    """Text, kind and icon of the chip. A session that should be over and has no record says so."""
    if waits_for_record(row, now):
        return ("To record", "warn", "clipboard-check")
    return _CHIPS[row.state]


def day_in_words(rows: Iterable[ListedAppointment], now: datetime) -> str:
    """`2 consultations, 38 sessions: 30 booked, 4 in progress, 1 to record`: what goes on, and how far it is."""
    going = [row for row in rows if row.state not in {AppointmentState.CANCELLED, AppointmentState.HELD}]
    sessions = sum(row.session_id is not None for row in going)
    kinds = f"{counted(len(going) - sessions, 'consultation')}, {counted(sessions, 'session')}"
    states = Counter(state_chip(row, now)[0].lower() for row in going)
    return f"{kinds}: {', '.join(f'{number} {state}' for state, number in states.most_common())}" if going else kinds


def waits_for_record(row: ListedAppointment, now: datetime) -> bool:
    return row.session_id is not None and row.state is AppointmentState.BOOKED and row.ends_at <= now


def totals_in_words(totals: Iterable[ScaleTotal]) -> str:
    """`GAD-7 9, mild; PHQ-9 19, moderately severe, item 9 above zero`: one line, "" when there is none."""
    return "; ".join(map(_total_in_words, totals))


def _total_in_words(one: ScaleTotal) -> str:
    name = _SCALES.get(one.scale, one.scale.upper())
    total = f"{name} {one.total}" if one.total is not None else f"{name} without a total"
    band = one.band.replace("-", " ") if one.band else ""
    return ", ".join(filter(None, (total, band, "item 9 above zero" if one.item_9_above_zero else "")))


def against(missing: Missing, clinic: Clinic) -> str:
    """One reason in one sentence, with the hours it is about."""
    start, end = missing.during.start, missing.during.end
    day = f"{staff_day(start, clinic.zone)}, {staff_time(start, clinic.zone)} to {staff_time(end, clinic.zone)}"
    hours = f"{staff_time(start, clinic.zone)} to {staff_time(end, clinic.zone)}"
    match missing.why:
        case Why.LONG_AGO:
            return "It is more than 30 days ago."
        case Why.FAR_AHEAD:
            return "It is more than a year ahead."
        case Why.SHORT_NOTICE:
            return "It is sooner than patients may book by themselves."
        case Why.NO_START:
            return "Appointments start on the quarter hours."
        case Why.CLOSED:
            return f"The clinic is not open for the whole of {day}."
        case Why.CLOSURE:
            return f"The clinic is closed for {missing.closure}, {_hours(missing.during, clinic)}."
        case Why.NOT_SUITABLE:
            return "A clinician has decided that treatment is not suitable for this patient."
        case Why.TOO_CLOSE:
            return f"It is too close to another one of this patient, on {staff_when(start, clinic.zone)}."
        case Why.PATIENT_ELSEWHERE:
            return f"The patient has another appointment, {hours}."
        case Why.NONE_THERE:
            return f"The clinic has no {_kind(missing)} that can be booked."
        case Why.NOT_QUALIFIED:
            return _unfit(missing)
        case Why.AWAY:
            return f"No {_kind(missing)} is there from {hours}: {_taken_by(missing, clinic)}."
        case Why.TAKEN:
            return f"No {_kind(missing)} is free from {hours}: {_taken_by(missing, clinic)}."
        case Why.TOO_FEW:
            taken = f": {_taken_by(missing, clinic)}" if missing.taken else ""
            return f"It takes more than one {_kind(missing)} at a time, and too few are free from {hours}{taken}."


def _kind(missing: Missing) -> str:
    return _KINDS[missing.resource_kind] if missing.resource_kind else "resource"


def _unfit(missing: Missing) -> str:
    who = _in_one_line(list(dict.fromkeys(resource.name for resource in missing.unfit)))
    what = f" with “{missing.qualification}”" if missing.qualification else ""
    return f"No {_kind(missing)}{what} can be booked: {who} cannot do this."


def _taken_by(missing: Missing, clinic: Clinic) -> str:
    """Everybody once, as one would say it to a colleague: of a nurse not each seat, and of an absence when it is."""
    seats = [one for one in missing.taken if one.resource.kind is ResourceKind.NURSE_SEAT and not one.away]
    said = [_seats_taken(seats, clinic)] if seats else []
    said += [_in_the_way(one, missing.during, clinic) for one in _at_a_stretch(missing.taken) if one not in seats]
    return "; ".join(dict.fromkeys(said))


def _at_a_stretch(taken: Sequence[Taken]) -> list[Taken]:
    """Of one resource what touches is one, as far as it is booked and not only held."""
    found: list[Taken] = []
    for one in taken:
        last = found[-1] if found else one
        booked = not one.away and one.held_until is None and one == replace(last, during=one.during)
        if booked and last.during.end == one.during.start:
            found[-1] = replace(last, during=Interval(last.during.start, one.during.end))
        else:
            found.append(one)
    return found


def _seats_taken(seats: Sequence[Taken], clinic: Clinic) -> str:
    names = list(dict.fromkeys(one.resource.name for one in seats))
    held = min((one.held_until for one in seats if one.held_until), default=None)
    only_held = f", one only held until {staff_time(held, clinic.zone)}" if held else ""
    return f"the seats of {_in_one_line(names)} are taken{only_held}"


def _in_the_way(taken: Taken, needed: Interval, clinic: Clinic) -> str:
    name = taken.resource.name
    if not taken.away:
        until = f"held until {staff_time(taken.held_until, clinic.zone)} for" if taken.held_until else "taken"
        return f"{name} is {until} {_hours(taken.during, clinic)}"
    if (absent := _absence(taken, needed, clinic)) is not None:
        return f"{name} is away {_hours(absent, clinic)}"
    return f"{name} is not in use then" if taken.resource.kind is ResourceKind.CHAIR else f"{name} does not work then"


def _absence(taken: Taken, needed: Interval, clinic: Clinic) -> Interval | None:
    """Of whoever is not merely off shift."""
    for absence in clinic.absences:
        during = spread(absence.begins, absence.ends, clinic.zone)
        if absence.of in taken.resource.known_as and during is not None and during.overlaps(needed):
            return during
    return None


def _in_one_line(names: Sequence[str]) -> str:
    """`Ana, Tessa and Tom`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _hours(during: Interval, clinic: Clinic) -> str:
    """With the days, where they are two."""
    start, end, zone = during.start, during.end, clinic.zone
    say = staff_time if day_of(start, zone) == day_of(end, zone) else staff_when
    return f"{say(start, zone)} to {say(end, zone)}"
