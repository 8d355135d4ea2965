"""What a patient sees behind the link that changes their appointment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, AppointmentState
from services.scheduling.domain.asked_move import Question
from services.scheduling.domain.attendance import Attendance
from services.scheduling.domain.change import TooLateToMove, TooManyMoves, must_be_movable
from services.scheduling.domain.clinic import AppointmentKind, Clinic
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.offer import to_choose_from
from services.scheduling.domain.refusal import nearest
from services.scheduling.domain.slots import Wanted, best_first, bookable_without_staff, candidates
from services.scheduling.store import appointments, asked_moves, attendances, bookings, consultations
from services.scheduling.use_cases.hold_time import NoTimesToChoose, times_to_choose
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Choices:
    """The starts they could have instead: `nearest` to the time that they had wanted, and the others in order of time."""

    nearest: tuple[datetime, ...] = ()
    others: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """`appointment` while it lies ahead; `said` when they have said that they come at this time; `asked` when they were told
    that it cannot be kept, and about another one. `choices` is None when they cannot choose: `why_not` names the reason."""

    consultation: Consultation
    appointment: Appointment | None = None
    said: Attendance | None = None
    choices: Choices | None = None
    why_not: type[Exception] | None = None
    asked: Question | None = None


async def see_change(
    tx: Transaction, request_id: UUID, *, later: datetime | None = None, wanted: datetime | None = None
) -> Seen:
    """`later` looks for times from then on. `wanted` is the start they would like to be near to; otherwise the one that
    they had chosen with their request, if it was gone. Raises LookupError when nothing was heard of the request."""
    consultation = await consultations.of_request(tx, request_id)
    if consultation is None:
        raise LookupError(request_id)
    found = await appointments.look_at(tx, consultation.id)
    booked = found is not None and found.state is AppointmentState.BOOKED and found.starts_at > tx.now
    if found is None or not booked or consultation.state is not ConsultationState.BOOKED:
        return Seen(consultation)
    said = await attendances.newest(tx, found.id, found.revision)
    asked = await asked_moves.standing(tx, found.id)
    if asked is not None:
        said = None  # of a time that was thought to be theirs
    try:
        clinic, kind = await times_to_choose(tx, consultation.clinic_id)
        must_be_movable(found, clinic, tx.now)
    except (NoTimesToChoose, TooLateToMove, TooManyMoves) as why:
        return Seen(consultation, found, said, why_not=type(why), asked=asked)
    choices = await _choices(tx, clinic, kind, found, later, wanted or consultation.instead_of)
    return Seen(consultation, found, said, choices, asked=asked)


async def _choices(
    tx: Transaction,
    clinic: Clinic,
    kind: AppointmentKind,
    theirs: Appointment,
    later: datetime | None,
    near: datetime | None,
) -> Choices:
    patient = Wanted(kind, theirs.booking.patient_id)
    reach = bookable_without_staff(clinic, tx.now)
    busy = await bookings.busy(tx, clinic.id, reach, patient.patient_id, besides=theirs.id)
    closest = nearest(clinic, patient, near, reach, busy, but=theirs.starts_at) if near and not later else []
    first = max(reach.start, later) if later else reach.start
    if first >= reach.end:
        return Choices()
    starts: Iterable[datetime] = best_first(clinic, patient, Interval(first, reach.end))
    free = candidates(clinic, patient, (at for at in starts if at != theirs.starts_at), busy)
    return Choices(tuple(closest), tuple(at for at in to_choose_from(free, clinic.zone) if at not in closest))
