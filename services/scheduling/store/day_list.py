"""What staff read: the appointments of a day, and the sessions, each in one query with all that a row shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.asked_move import Question
from services.scheduling.domain.attendance import Answer, Attendance
from services.scheduling.domain.board import Place
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.session import SessionState
from services.scheduling.domain.slot_offer import OfferState
from services.scheduling.store.appointments import AppointmentUnknown
from services.scheduling.store.asked_moves import STANDING
from services.scheduling.store.bookings import LONGEST
from shared.database import Transaction
from shared.events.values import ContactEnvelope

_REACHES_IN = "a.starts_at > $2::timestamptz - $4::interval and a.starts_at < $3 and a.ends_at > $2"
# A booking that is active no longer is of an earlier time that was moved away from, unless the appointment was given up.
_ROW = f"""
    select a.id, a.kind, a.state, a.starts_at, a.ends_at, a.patient_id, a.session_id, a.cancel_reason, a.booked_by,
           a.held_until, a.version, a.revision, a.arrived_at, a.began_at, a.ended_at, a.overridden, a.clinician_id,
           a.booked_at,
           exists (select from slot_offer as o where o.appointment_id = a.id and o.state = 'open' and o.moves is null)
             as offered,
           exists (select from slot_offer as o where o.appointment_id = a.id and o.moves is not null) as asked_about,
           p.contact, p.person_version, p.reachable, c.request_id,
           coalesce(c.reference, (select newest.reference
                                    from consultation as newest
                                   where newest.patient_id = a.patient_id
                                   order by newest.requested_at desc
                                   limit 1)) as reference,
           s.number, s.state as session_state,
           takes.chair, takes.clinician, takes.nurse,
           said.id as said_id, said.fasting_understood, said.has_escort, said.said_at,
           question.id as question_id, question.state as question_state, question.starts_at as question_starts_at,
           question.ends_at as question_ends_at, question.answer_by
      from appointment as a
      left join patient as p on p.patient_id = a.patient_id
      left join consultation as c on c.id = a.consultation_id
      left join session as s on s.id = a.session_id
     cross join lateral (
           select string_agg(distinct r.name, ', ' order by r.name) filter (where r.kind = 'chair') as chair,
                  string_agg(distinct r.name, ', ' order by r.name) filter (where r.kind = 'clinician') as clinician,
                  string_agg(distinct r.name, '; ' order by r.name) filter (where r.kind = 'nurse_seat') as nurse
             from resource_booking as b join resource as r on r.id = b.resource_id
            where b.appointment_id = a.id
              and (b.active or a.state in ('cancelled', 'missed') or b.given_back)
              and b.during && tstzrange(a.starts_at, a.ends_at)) as takes
      left join lateral (
           select id, fasting_understood, has_escort, said_at
             from attendance
            where appointment_id = a.id and revision = a.revision
            order by id desc
            limit 1) as said on true
      left join lateral ({STANDING}) as question on true
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class ListedAppointment:
    """One row of a list. The name is not here: the page opens it from `contact`, for who may see it.

    `reference` is that of the consultation; of a session, that of the patient's newest request.
    """

    id: UUID
    purpose: Purpose
    state: AppointmentState
    starts_at: datetime
    ends_at: datetime
    patient_id: UUID
    contact: ContactEnvelope | None
    reachable: bool
    """By a message; of whom nothing is known yet, not."""
    chair: str | None
    clinician: str | None
    nurse: str | None
    session_id: UUID | None
    session_state: SessionState | None
    number: int | None
    request_id: UUID | None
    reference: str | None
    cancel_reason: str | None
    booked_by: UUID | None
    held_until: datetime | None
    version: int
    revision: int
    arrived_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    overridden: tuple[str, ...]
    clinician_id: UUID | None
    """Staff id."""
    booked_at: datetime | None
    offered: bool
    """Held for an answer of somebody who waits, or of several."""
    coming: Attendance | None
    """What the patient has said of this time, unless they were told since that it cannot be kept."""
    question: Question | None
    """What they were told of that, and asked instead."""
    asked_about: bool
    """Held for a patient who is asked whether they take this time instead of the one they have."""


async def of_day(tx: Transaction, clinic_id: UUID, day: Interval) -> list[ListedAppointment]:
    """Every appointment that reaches into a day, in order of time; cancelled ones too."""
    rows = await tx.fetch(
        _ROW + f" where a.clinic_id = $1 and {_REACHES_IN} order by a.starts_at, a.id",
        clinic_id,
        day.start,
        day.end,
        LONGEST,
    )
    return _listed(rows)


async def of_ids(tx: Transaction, clinic_id: UUID, appointment_ids: Sequence[UUID]) -> dict[UUID, ListedAppointment]:
    """These appointments, by id."""
    rows = await tx.fetch(_ROW + " where a.clinic_id = $1 and a.id = any ($2::uuid[])", clinic_id, appointment_ids)
    return {row.id: row for row in _listed(rows)}


async def places_of_day(tx: Transaction, clinic_id: UUID, day: Interval) -> list[Place]:
    """What the appointments that reach into a day take, resource by resource; of a missed one what it had taken."""
    rows = await tx.fetch(
        f"""
        select b.appointment_id, b.resource_id, lower(b.during) as starts_at, upper(b.during) as ends_at,
               not b.active as given_back
          from appointment as a join resource_booking as b on b.appointment_id = a.id
         where a.clinic_id = $1 and {_REACHES_IN}
           and (b.active or a.state = 'missed' or b.given_back)
           and b.during && tstzrange(greatest(a.starts_at, $2), least(a.ends_at, $3))
        """,  # noqa: S608 - a constant
        clinic_id,
        day.start,
        day.end,
        LONGEST,
    )
    return [
        Place(row["appointment_id"], row["resource_id"], Interval(row["starts_at"], row["ends_at"]), row["given_back"])
        for row in rows
    ]


async def sessions_between(tx: Transaction, clinic_id: UUID, window: Interval, most: int) -> list[ListedAppointment]:
    """The sessions that start in the window, in order of time."""
    rows = await tx.fetch(
        _ROW
        + """
         where a.clinic_id = $1 and a.starts_at >= $2 and a.starts_at < $3 and a.session_id is not null
         order by a.starts_at, a.id
         limit $4
        """,
        clinic_id,
        window.start,
        window.end,
        most,
    )
    return _listed(rows)


async def nearest_of(
    tx: Transaction, clinic_id: UUID, patient_ids: Sequence[UUID], most: int
) -> list[ListedAppointment]:
    """Of each patient the next appointment that is not cancelled, or else the last; in order of time."""
    nearest = await tx.fetch(
        """
        select distinct on (patient_id) id
          from appointment
         where clinic_id = $1 and patient_id = any ($2::uuid[]) and state not in ('cancelled', 'held')
         order by patient_id, ends_at < $3, case when ends_at < $3 then $3 - starts_at else starts_at - $3 end
         limit $4
        """,
        clinic_id,
        list(patient_ids),
        tx.now,
        most,
    )
    ids = [row["id"] for row in nearest]
    return _listed(await tx.fetch(_ROW + " where a.id = any ($1::uuid[]) order by a.starts_at, a.id", ids))


async def of_session(tx: Transaction, clinic_id: UUID, session_id: UUID) -> ListedAppointment | None:
    """The appointment of one session; None when the clinic has no such session."""
    rows = await tx.fetch(_ROW + " where a.clinic_id = $1 and a.session_id = $2", clinic_id, session_id)
    return next(iter(_listed(rows)), None)


async def of_appointment(tx: Transaction, clinic_id: UUID, appointment_id: UUID) -> ListedAppointment:
    """Raises AppointmentUnknown; also for one that is only held."""
    rows = await tx.fetch(
        _ROW + " where a.clinic_id = $1 and a.id = $2 and a.state <> 'held'", clinic_id, appointment_id
    )
    if not rows:
        raise AppointmentUnknown(appointment_id)
    return _listed(rows)[0]


async def between(tx: Transaction, clinic_id: UUID, window: Interval, most: int) -> list[ListedAppointment]:
    """The appointments that start in the window, in order of time; without those that are only held."""
    rows = await tx.fetch(
        _ROW
        + """
         where a.clinic_id = $1 and a.starts_at >= $2 and a.starts_at < $3 and a.state <> 'held'
         order by a.starts_at, a.id
         limit $4
        """,
        clinic_id,
        window.start,
        window.end,
        most,
    )
    return _listed(rows)


def _listed(rows: Sequence[asyncpg.Record]) -> list[ListedAppointment]:
    return [
        ListedAppointment(
            id=row["id"],
            purpose=Purpose(row["kind"]),
            state=AppointmentState(row["state"]),
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            patient_id=row["patient_id"],
            contact=(
                ContactEnvelope(sealed=row["contact"], person_version=row["person_version"]) if row["contact"] else None
            ),
            reachable=bool(row["reachable"]),
            chair=row["chair"],
            clinician=row["clinician"],
            nurse=row["nurse"],
            session_id=row["session_id"],
            session_state=SessionState(row["session_state"]) if row["session_state"] else None,
            number=row["number"],
            request_id=row["request_id"],
            reference=row["reference"],
            cancel_reason=row["cancel_reason"],
            booked_by=row["booked_by"],
            held_until=row["held_until"],
            version=row["version"],
            revision=row["revision"],
            arrived_at=row["arrived_at"],
            began_at=row["began_at"],
            ended_at=row["ended_at"],
            overridden=tuple(row["overridden"]),
            clinician_id=row["clinician_id"],
            booked_at=row["booked_at"],
            offered=row["offered"],
            coming=_coming(row),
            question=_question(row),
            asked_about=row["asked_about"],
        )
        for row in rows
    ]


def _coming(row: asyncpg.Record) -> Attendance | None:
    if row["said_id"] is None or row["question_id"] is not None:
        return None
    answer = Answer(row["fasting_understood"], row["has_escort"])
    return Attendance(row["id"], row["revision"], answer, row["said_at"], row["said_id"])


def _question(row: asyncpg.Record) -> Question | None:
    if row["question_id"] is None:
        return None
    return Question(
        id=row["question_id"],
        state=OfferState(row["question_state"]),
        starts_at=row["question_starts_at"],
        ends_at=row["question_ends_at"],
        answer_by=row["answer_by"],
    )
