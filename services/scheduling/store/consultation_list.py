"""What clinicians read: the consultations of a clinic, each in one row with its time and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.urgency import is_late
from shared.database import Transaction
from shared.events.consultation import ConsultationDecision
from shared.events.values import ContactEnvelope, Urgency


@dataclass(frozen=True, slots=True)
class ListedConsultation:
    """One row. The name is not here: the page opens it from `contact`, for who may see it.

    Without an appointment while it waits for one, and of what was given up before it had one.
    """

    id: UUID
    request_id: UUID
    patient_id: UUID
    reference: str
    state: ConsultationState
    urgency: Urgency
    requested_at: datetime
    contact: ContactEnvelope | None
    reachable: bool
    appointment_id: UUID | None
    appointment_state: AppointmentState | None
    starts_at: datetime | None
    ends_at: datetime | None
    clinician_id: UUID | None
    clinician: str | None
    decision: ConsultationDecision | None
    due_by: datetime | None
    due_rules: int | None
    watched: bool
    """The deadline counts: it was not given up, and whoever did not come has no later consultation."""

    def is_late(self, now: datetime) -> bool:
        """To be seen sooner than there is a time for it. While staff decide on the request, only once the deadline has passed:
        until then it stands among the requests."""
        if not self.watched or self.due_by is None:
            return False
        match self.state:
            case ConsultationState.BOOKED:
                return is_late(self.due_by, self.starts_at)
            case ConsultationState.AWAITING:
                return self.due_by <= now
            case _:
                return self.state in {ConsultationState.WAITLISTED, ConsultationState.MISSED}


_ROW = """
    select c.id, c.request_id, c.patient_id, c.reference, c.state, c.urgency, c.requested_at, c.due_by,
           c.due_rules, c.late_look_at is not null and not c.withdrawn and not (c.state = 'missed' and exists (
               select from consultation as later
                where later.patient_id = c.patient_id and later.requested_at >= c.requested_at and later.id <> c.id
                  and later.state in ('booked', 'completed'))) as watched,
           p.contact, p.person_version, coalesce(p.reachable, false) as reachable,
           a.id as appointment_id, a.state as appointment_state, a.starts_at, a.ends_at, a.clinician_id,
           (select string_agg(distinct r.name, ', ' order by r.name)
              from resource_booking as b join resource as r on r.id = b.resource_id
             where b.appointment_id = a.id and r.kind = 'clinician') as clinician,
           (select decision from consultation_decision as d
             where d.consultation_id = c.id order by number desc limit 1) as decision
      from consultation as c
      left join patient as p on p.patient_id = c.patient_id
      left join lateral (
           select *
             from appointment
            where consultation_id = c.id
              and (state not in ('cancelled', 'missed') or state = 'missed' and c.state = 'missed')
            order by id desc
            limit 1) as a on true
"""


async def between(
    tx: Transaction, clinic_id: UUID, window: Interval, *, clinician_id: UUID | None, most: int
) -> list[ListedConsultation]:
    """Those that begin in the window and were not called off, whatever is still booked, however long ago, and who hurries
    and has no time yet, or has not come; in order of time. With `clinician_id` (staff id) only those of one person, and
    those who have nobody yet."""
    rows = await tx.fetch(
        _ROW  # noqa: S608 - a constant
        + """
         where c.id in (select consultation_id
                          from appointment
                         where clinic_id = $1 and starts_at >= $2 and starts_at < $3
                         union
                        select id from consultation where clinic_id = $1 and state = 'booked'
                         union
                        select id from consultation
                         where clinic_id = $1 and late_look_at is not null
                           and (state in ('waitlisted', 'missed') or (state = 'awaiting' and due_by <= $6)))
           and (a.starts_at < $3 or (a.id is null and c.late_look_at is not null and c.state in ('waitlisted', 'awaiting')))
           and ($4::uuid is null or a.id is null or a.clinician_id = $4)
         order by a.starts_at, c.id
         limit $5
        """,
        clinic_id,
        window.start,
        window.end,
        clinician_id,
        most,
        tx.now,
    )
    return [_listed(row) for row in rows]


async def find(tx: Transaction, clinic_id: UUID, consultation_id: UUID) -> ListedConsultation | None:
    row = await tx.fetchrow(_ROW + " where c.clinic_id = $1 and c.id = $2", clinic_id, consultation_id)
    return None if row is None else _listed(row)


@dataclass(frozen=True, slots=True)
class EarlierAppointment:
    """Another appointment of the same patient."""

    purpose: Purpose
    state: AppointmentState
    starts_at: datetime
    consultation_id: UUID | None
    session_id: UUID | None
    number: int | None


async def others_of(tx: Transaction, shown: ListedConsultation, *, most: int) -> list[EarlierAppointment]:
    """The patient's other appointments, the newest first."""
    rows = await tx.fetch(
        """
        select a.kind, a.state, a.starts_at, a.consultation_id, a.session_id, s.number
          from appointment as a left join session as s on s.id = a.session_id
         where a.patient_id = $1 and a.id is distinct from $2 and a.state <> 'held'
         order by a.starts_at desc
         limit $3
        """,
        shown.patient_id,
        shown.appointment_id,
        most,
    )
    return [
        EarlierAppointment(
            Purpose(row["kind"]),
            AppointmentState(row["state"]),
            row["starts_at"],
            row["consultation_id"],
            row["session_id"],
            row["number"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class SeenRisk:
    level: str
    raised_at: datetime


async def risks_of(tx: Transaction, patient_id: UUID) -> Sequence[SeenRisk]:
    """Every risk that was seen in a patient, the newest first."""
    rows = await tx.fetch(
        "select level, raised_at from risk where patient_id = $1 order by raised_at desc, risk_id", patient_id
    )
    return [SeenRisk(row["level"], row["raised_at"]) for row in rows]


def _listed(row: asyncpg.Record) -> ListedConsultation:
    return ListedConsultation(
        id=row["id"],
        request_id=row["request_id"],
        patient_id=row["patient_id"],
        reference=row["reference"],
        state=ConsultationState(row["state"]),
        urgency=Urgency(row["urgency"]),
        requested_at=row["requested_at"],
        contact=(
            ContactEnvelope(sealed=row["contact"], person_version=row["person_version"]) if row["contact"] else None
        ),
        reachable=row["reachable"],
        appointment_id=row["appointment_id"],
        appointment_state=AppointmentState(row["appointment_state"]) if row["appointment_state"] else None,
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        clinician_id=row["clinician_id"],
        clinician=row["clinician"],
        decision=ConsultationDecision(row["decision"]) if row["decision"] else None,
        due_by=row["due_by"],
        due_rules=row["due_rules"],
        watched=row["watched"],
    )
