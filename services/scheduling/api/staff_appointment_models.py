"""What `/api/appointments` takes and answers for the clinic's staff and their programs."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.scheduling.api.asked_out import AskedOut
from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.attendance import Attendance
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.override import OverrideReason
from services.scheduling.domain.session import CancelReason
from services.scheduling.domain.wall_clock import reads
from services.scheduling.store.day_list import ListedAppointment
from shared.web.written_times import WrittenTime


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SeenIn(_Sent):
    version: int = Field(ge=1, le=2**62, description="As it was shown: another one is not overwritten.")


class OverrideIn(_Sent):
    """Meant nevertheless, against what bends: hours, rosters, qualifications. Never against what is taken."""

    reason: OverrideReason


class BookIn(_Sent):
    """`clinician_id` names the clinician among the clinic's resources. A session needs one; a consultation gets whoever is
    free without."""

    purpose: Purpose = Purpose.SESSION
    patient_id: UUID
    clinician_id: UUID | None = None
    request_id: UUID | None = Field(
        default=None,
        description="Of a consultation: for which request, as one is that was missed. Without it, what the patient waits "
        "for longest.",
    )
    starts_at: WrittenTime
    override: OverrideIn | None = None


class MoveAppointmentIn(SeenIn):
    """Without `clinician_id` a session keeps its prescriber, and a consultation gets whoever is free."""

    starts_at: WrittenTime
    clinician_id: UUID | None = None
    chair_id: UUID | None = None
    override: OverrideIn | None = None


class CancelAppointmentIn(SeenIn):
    reason: CancelReason


class ComingOut(BaseModel):
    """The patient says that they come at this time. Before a consultation they are asked nothing else."""

    said_at: datetime
    fasting_understood: bool | None
    has_escort: bool | None = Field(description="Somebody takes them home; false: nobody yet.")

    @classmethod
    def of(cls, said: Attendance) -> "ComingOut":
        answer = said.answer
        return cls(said_at=said.said_at, fasting_understood=answer.fasting_understood, has_escort=answer.has_escort)


class ClinicAppointment(BaseModel):
    """`local_start` is the wall clock at the clinic. `coming` is null until the patient has said so, and again after a move
    and with `asked`: then they were told that the clinic cannot keep this time, and asked about another.
    `arrived_at`, `began_at` and `ended_at` are what really happened; `overridden` is what stood against its time, and was
    given nevertheless."""

    id: UUID
    purpose: Purpose
    state: AppointmentState
    version: int
    revision: int
    patient_id: UUID
    reference: str | None
    session_id: UUID | None
    request_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    local_start: datetime
    zone: str
    chair: str | None
    clinician: str | None
    nurse: str | None
    coming: ComingOut | None
    asked: AskedOut | None
    arrived_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    overridden: list[str]
    cancel_reason: str | None


class ClinicAppointments(BaseModel):
    """In order of time. With `more` there are others: ask again from the last start that is listed."""

    zone: str
    appointments: list[ClinicAppointment]
    more: bool


class ConflictOut(BaseModel):
    """`of` does not keep to the plan; `hits` cannot begin for it, and is null where somebody is only early. `proposed` is the
    start that would do, and null where that day has none any more;
    with `proposed_chair_id` it begins in time, on that chair."""

    kind: str
    of: UUID
    hits: UUID | None
    until: datetime
    proposed: datetime | None
    proposed_chair_id: UUID | None


class Conflicts(BaseModel):
    conflicts: list[ConflictOut]


def view_of(row: ListedAppointment, zone: str) -> ClinicAppointment:
    return ClinicAppointment(
        id=row.id,
        purpose=row.purpose,
        state=row.state,
        version=row.version,
        revision=row.revision,
        patient_id=row.patient_id,
        reference=row.reference,
        session_id=row.session_id,
        request_id=row.request_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        local_start=reads(row.starts_at, zone),
        zone=zone,
        chair=row.chair,
        clinician=row.clinician,
        nurse=row.nurse,
        coming=ComingOut.of(row.coming) if row.coming else None,
        asked=AskedOut.of(row.question, zone) if row.question else None,
        arrived_at=row.arrived_at,
        began_at=row.began_at,
        ended_at=row.ended_at,
        overridden=list(row.overridden),
        cancel_reason=row.cancel_reason,
    )
