"""What became of one appointment, in words for staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.change import PatientReason
from services.scheduling.domain.clinic import Clinic, Resource
from services.scheduling.domain.day_conflicts import Conflict, Placed
from services.scheduling.domain.override import OverrideReason
from services.scheduling.pages.clinic_words import apart
from services.scheduling.pages.question_words import question_chip
from services.scheduling.pages.words import REASONS
from services.scheduling.store.appointment_acts import Act, Did
from services.scheduling.store.day_list import ListedAppointment
from services.scheduling.use_cases.confirm_attendance import NO_ESCORT
from shared.events.staff import Role
from shared.events.values import DecidedBy
from shared.web.times import staff_time, staff_when

OVERRIDE_REASONS = {
    OverrideReason.AGREED_WITH_TEAM: "Agreed with the team",
    OverrideReason.PATIENT_NEEDS_IT: "The patient needs it",
    OverrideReason.DAY_RUNS_LATE: "The day runs late",
    OverrideReason.PLAN_IS_WRONG: "The roster or the hours are not up to date",
}
OVERRIDDEN = {
    "short-notice": "sooner than the clinic’s notice",
    "no-start": "not on a quarter hour",
    "closed": "outside of opening hours",
    "closure": "on a day on which the clinic is closed",
    "away": "while somebody is away by their roster",
    "not-qualified": "with somebody who is not qualified for it",
    "too-close": "fewer days after another than the clinic wants",
    "not-suitable": "though treatment was decided to be not suitable",
}
_ROLES = {Role.FRONT_DESK: "front desk", Role.NURSE: "nurse", Role.CLINICIAN: "clinician"}
_PATIENTS_REASONS = {
    PatientReason.TIME: "The time does not suit",
    PatientReason.UNWELL: "Unwell",
    PatientReason.ELSEWHERE: "Found other help",
    PatientReason.NOT_NOW: "Not now",
}
_NOT_YET = {NO_ESCORT: "Nobody to take them home yet"}
_BECAUSE: dict[str, str] = {**_PATIENTS_REASONS, **REASONS, **OVERRIDE_REASONS, **_NOT_YET}
_DID = {
    Did.ARRIVED: "Arrived",
    Did.ARRIVAL_TAKEN_BACK: "Had not arrived: pressed by mistake",
    Did.BEGAN: "Began",
    Did.BEGIN_TAKEN_BACK: "Had not begun: pressed by mistake",
    Did.COMPLETED: "Ended",
    Did.MISSED: "Did not come",
    Did.MOVED: "Moved",
    Did.CANCELLED: "Cancelled",
    Did.OVERRIDDEN: "Given nevertheless",
    Did.CONFIRMED: "Said that they are coming",
    Did.WAITS_AGAIN: "Put on the waiting list, for another time",
}
_OTHER_SEATS = "Moved to another chair or seat, at the same time"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done: what, when, and by whom."""

    what: str
    at: datetime
    who: str


def history(row: ListedAppointment, acts: list[Act], names: Mapping[UUID, str], zone: str) -> list[Line]:
    """The newest first; that it was booked stands last, where it is known."""
    lines = [Line(_what(act, zone), act.done_at, _who(act.decided_by, act.staff_id, names)) for act in reversed(acts)]
    if row.booked_at is not None:
        lines.append(
            Line("Booked", row.booked_at, names.get(row.booked_by, "staff") if row.booked_by else "the system")
        )
    return lines


def overridden_in_words(row: ListedAppointment) -> str:
    """`outside of opening hours, and …`: "" when nothing was."""
    return ", and ".join(OVERRIDDEN.get(why, why) for why in row.overridden)


@dataclass(frozen=True, slots=True)
class Nevertheless:
    """What stood against the time it has; why it was given all the same, when, and by whom, in which role."""

    what: str
    why: str = ""
    who: str = ""
    role: str = ""
    at: datetime | None = None
    """None where it is not known any more."""


def nevertheless(row: ListedAppointment, acts: Sequence[Act], names: Mapping[UUID, str]) -> Nevertheless | None:
    """None where nothing stood against it. The last word counts: it is of the time it has."""
    if not row.overridden:
        return None
    what = overridden_in_words(row)
    act = next((act for act in reversed(acts) if act.did is Did.OVERRIDDEN), None)
    if act is None:
        return Nevertheless(what)
    role = _ROLES.get(Role(act.role), act.role) if act.role else ""
    return Nevertheless(what, because(act.reason or ""), _who(act.decided_by, act.staff_id, names), role, act.done_at)


def coming_chip(row: ListedAppointment, zone: str) -> tuple[str, str, str] | None:
    """Text, kind and icon of what is known of their coming, short; None where they have said nothing, and are not asked."""
    if row.state is not AppointmentState.BOOKED:
        return None
    if row.question is not None:
        return question_chip(row.question, zone)
    if row.coming is None:
        return None
    if row.coming.answer.has_escort is False:
        return ("Coming, nobody takes them home yet", "warn", "triangle-alert")
    return ("Coming", "ok", "circle-check")


def coming_in_words(row: ListedAppointment, zone: str) -> str:
    """`Says they are coming, Wed, Nov 25, 14:02: fasting understood, somebody takes them home`, or about what they are asked;
    "" when nothing is known."""
    if row.question is not None:
        return question_chip(row.question, zone)[0]
    if row.coming is None:
        return ""
    told = f"Says they are coming, {staff_when(row.coming.said_at, zone)}"
    if row.coming.answer.has_escort is None:
        return told
    home = "somebody takes them home" if row.coming.answer.has_escort else _NOT_YET[NO_ESCORT].lower()
    return f"{told}: fasting understood, {home}"


def because(code: str) -> str:
    """Why something was cancelled, moved or given nevertheless."""
    return _BECAUSE.get(code, code)


def _what(act: Act, zone: str) -> str:
    what = _OTHER_SEATS if act.did is Did.MOVED and act.starts_at is None else _DID[act.did]
    if act.starts_at is not None:
        what = f"{what}, from {staff_when(act.starts_at, zone)}"
    if act.reason:
        what = f"{what}: {because(act.reason).lower()}"
    return f"{what} (as {_ROLES.get(Role(act.role), act.role)})" if act.role else what


def _who(by: DecidedBy, staff_id: UUID | None, names: Mapping[UUID, str]) -> str:
    if staff_id is not None:
        return names.get(staff_id, "staff")
    return {DecidedBy.PATIENT: "the patient", DecidedBy.STAFF: "staff", DecidedBy.SYSTEM: "the system"}[by]


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One conflict in a sentence. `move` is the appointment that `proposed` would help, if that day has a time for it, `who`
    comes to it, where the page has opened their name."""

    text: str
    move: UUID
    proposed: datetime | None
    who: str
    early: bool
    """Nobody is kept waiting: somebody may be seen sooner."""
    chair: Resource | None = None
    """In which they can begin in time."""


def conflict_line(
    conflict: Conflict, placed: Mapping[UUID, Placed], clinic: Clinic, called: Mapping[UUID, str]
) -> ConflictLine:
    """`called`: names by appointment; of whom it has none, the sentence says their time."""
    zone = clinic.zone
    its = placed[conflict.of]
    start, its_name = staff_time(its.planned.start, zone), apart(called.get(its.id, ""))
    if conflict.hits is None:
        assert conflict.proposed is not None
        at = staff_time(conflict.proposed, zone)
        who = f"{its_name}, who comes at {start}," if its_name else f"Who comes at {start}"
        text = f"{who} is here already, and could be seen at {at}."
        return ConflictLine(text, its.id, conflict.proposed, its_name, early=True)
    other = placed[conflict.hits]
    until, needed = staff_time(conflict.until, zone), staff_time(other.planned.start, zone)
    other_name = apart(called.get(other.id, ""))
    chair = clinic.resource(conflict.proposed_chair) if conflict.proposed_chair else None
    if conflict.resource_id == its.patient_id:
        who = other_name or "The patient"
        text = f"{who} is in the appointment of {start} until about {until}, and has another at {needed}."
        return ConflictLine(text, other.id, conflict.proposed, other_name, early=False, chair=chair)
    what = apart(clinic.resource(conflict.resource_id).name) if conflict.resource_id else "What it needs"
    by = f"{its_name} ({start})" if its_name else f"the appointment of {start}"
    then = f"and needed at {needed}{f' for {other_name}' if other_name else ''}"
    text = f"{what} is taken by {by} until about {until}, {then}."
    return ConflictLine(text, other.id, conflict.proposed, other_name, early=False, chair=chair)
