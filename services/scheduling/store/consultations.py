"""`consultation` and `risk`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.urgency import Risk
from services.scheduling.domain.waiting_line import Waiting
from shared.database import Transaction
from shared.events.risk import RiskLevel, RiskRaised
from shared.events.values import Urgency, Wishes


class ConsultationNotFound(LookupError):
    """There is no consultation of that id at this clinic."""

    def __init__(self, consultation_id: UUID) -> None:
        super().__init__(f"There is no consultation {consultation_id} here.")


async def alone_with(tx: Transaction, request_id: UUID) -> None:
    """One event of a request at a time, also while nothing of it is stored: two that arrive together see each other."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"request:{request_id}")


async def alone_with_all(tx: Transaction, request_ids: Sequence[UUID]) -> None:
    """The same for many. In one order everywhere, so that two who ask for several never wait for each other."""
    await tx.execute(
        "select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest($1::text[]) as request (name)",
        sorted(f"request:{request_id}" for request_id in request_ids),
    )


async def is_any_known(tx: Transaction, request_ids: Sequence[UUID]) -> bool:
    """Whether anything was heard of one of these requests before, or seen in it, or chosen for it."""
    return await tx.fetchval(
        """
        select exists (select from consultation where request_id = any ($1::uuid[]))
            or exists (select from risk where request_id = any ($1::uuid[]))
            or exists (select from hold where request_id = any ($1::uuid[]))
        """,
        request_ids,
    )


async def add(tx: Transaction, many: Sequence[Consultation]) -> None:
    """Consultations of requests of which nothing is stored."""
    await tx.execute(
        """
        insert into consultation (id, clinic_id, patient_id, request_id, reference, state, urgency, wishes,
                                  requested_at, withdrawn, request_version, version)
        select *
          from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
                      $9::timestamptz[], $10::boolean[], $11::bigint[], $12::bigint[])
        """,
        *zip(*map(_row, many), strict=True),
    )


async def open_for(tx: Transaction, new: Consultation) -> Consultation:
    """The consultation of a request, locked: the stored one, or `new`, stored now.

    One per request, whichever of its events comes first and however often.
    """
    await tx.execute(
        """
        insert into consultation (id, clinic_id, patient_id, request_id, reference, state, urgency, wishes,
                                  requested_at, withdrawn, request_version, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            on conflict (request_id) do nothing
        """,
        *_row(new),
    )
    found = await lock_of_request(tx, new.request_id)
    assert found is not None
    return found


async def lock(tx: Transaction, consultation_id: UUID) -> Consultation:
    """Locked. Raises LookupError."""
    row = await tx.fetchrow("select * from consultation where id = $1 for no key update", consultation_id)
    if row is None:
        raise LookupError(f"there is no consultation {consultation_id}")
    return consultation_of(row)


async def lock_of_request(tx: Transaction, request_id: UUID) -> Consultation | None:
    """The consultation of a request, locked; None when nothing was heard of it yet."""
    row = await tx.fetchrow("select * from consultation where request_id = $1 for no key update", request_id)
    return None if row is None else consultation_of(row)


async def lock_here(tx: Transaction, clinic_id: UUID, consultation_id: UUID) -> Consultation:
    """The one of this id at this clinic, locked. Raises ConsultationNotFound."""
    row = await tx.fetchrow(
        "select * from consultation where id = $1 and clinic_id = $2 for no key update", consultation_id, clinic_id
    )
    if row is None:
        raise ConsultationNotFound(consultation_id)
    return consultation_of(row)


async def of_request(tx: Transaction, request_id: UUID) -> Consultation | None:
    """The same, only to be looked at."""
    row = await tx.fetchrow("select * from consultation where request_id = $1", request_id)
    return None if row is None else consultation_of(row)


async def request_of(tx: Transaction, consultation_id: UUID) -> UUID:
    """The id of the request that it answers, without locking anything."""
    return await tx.fetchval("select request_id from consultation where id = $1", consultation_id)


_NOT_ASKED = """
    state = 'waitlisted'
           and not exists (select from slot_offer where consultation_id = consultation.id and state = 'open')
"""


async def first_waiting(tx: Transaction, clinic_id: UUID, besides: Sequence[UUID] = ()) -> Consultation | None:
    """Whoever is first on the waiting list, by urgency, then by age, and is asked for nothing at this moment; locked. Rows in
    other hands are passed over, and `besides`."""
    row = await tx.fetchrow(
        f"""
        select *
          from consultation
         where clinic_id = $1 and id <> all ($2::uuid[]) and {_NOT_ASKED}
         order by array_position(array['urgent', 'soon', 'routine'], urgency), requested_at, id
         limit 1
           for no key update skip locked
        """,  # noqa: S608 - constants
        clinic_id,
        list(besides),
    )
    return None if row is None else consultation_of(row)


async def lock_to_be_booked(
    tx: Transaction, clinic_id: UUID, patient_id: UUID, request_id: UUID | None = None
) -> Consultation | None:
    """What this patient waits for longest, or what was asked for with this request and waits, or was missed; locked."""
    row = await tx.fetchrow(
        """
        select *
          from consultation
         where clinic_id = $1 and patient_id = $2 and not withdrawn
           and (state = 'waitlisted' and $3::uuid is null
                or state in ('waitlisted', 'missed') and request_id = $3)
         order by requested_at, id
         limit 1
           for no key update
        """,
        clinic_id,
        patient_id,
        request_id,
    )
    return None if row is None else consultation_of(row)


async def all_waiting(tx: Transaction, clinic_id: UUID, most: int) -> list[Consultation]:
    """Only to be looked at, by urgency, then by age."""
    rows = await tx.fetch(
        """
        select *
          from consultation
         where clinic_id = $1 and state = 'waitlisted'
         order by array_position(array['urgent', 'soon', 'routine'], urgency), requested_at, id
         limit $2
        """,
        clinic_id,
        most,
    )
    return [consultation_of(row) for row in rows]


async def to_be_asked(tx: Transaction, clinic_id: UUID, *, most: int, skip: int) -> list[Waiting]:
    """Who waits and is asked for nothing at this moment, with what they were asked for before; not locked. A time that
    somebody else was faster to take counts as not asked for."""
    rows = await tx.fetch(
        f"""
        select consultation.*,
               array(select starts_at
                       from slot_offer
                      where consultation_id = consultation.id and state in ('declined', 'lapsed')
                        and starts_at > $2) as asked
          from consultation
         where clinic_id = $1 and {_NOT_ASKED}
         order by array_position(array['urgent', 'soon', 'routine'], urgency), requested_at, id
         limit $3 offset $4
        """,  # noqa: S608 - constants
        clinic_id,
        tx.now,
        most,
        skip,
    )
    return [Waiting(consultation_of(row), frozenset(row["asked"])) for row in rows]


async def somebody_waits_before(tx: Transaction, consultation: Consultation) -> bool:
    """Whether the waiting list has anybody on it who is served before this one, as `first_waiting` orders them; who is asked
    for something counts."""
    return await tx.fetchval(
        """
        select exists (
               select
                 from consultation
                where clinic_id = $1
                  and state = 'waitlisted'
                  and id <> $4
                  and (array_position(array['urgent', 'soon', 'routine'], urgency), requested_at, id)
                      < (array_position(array['urgent', 'soon', 'routine'], $2), $3, $4))
        """,
        consultation.clinic_id,
        consultation.urgency,
        consultation.requested_at,
        consultation.id,
    )


async def anybody_waits(tx: Transaction, clinic_id: UUID) -> bool:
    """Whether the waiting list has anybody on it, in other hands or not."""
    return await tx.fetchval(
        "select exists (select from consultation where clinic_id = $1 and state = 'waitlisted')", clinic_id
    )


async def anybody_to_serve(tx: Transaction, clinic_id: UUID) -> bool:
    """The same, without those who are asked for something at this moment."""
    return await tx.fetchval(
        f"select exists (select from consultation where clinic_id = $1 and {_NOT_ASKED})",  # noqa: S608 - constants
        clinic_id,
    )


async def save(tx: Transaction, consultation: Consultation) -> None:
    """What can change after the request was first heard of."""
    await tx.execute(
        """
        update consultation
           set state = $2, urgency = $3, wishes = $4, withdrawn = $5, request_version = $6, version = $7,
               instead_of = $8, due_by = $9, due_rules = $10
         where id = $1
        """,
        consultation.id,
        consultation.state,
        consultation.urgency,
        consultation.wishes.model_dump(mode="json"),
        consultation.withdrawn,
        consultation.request_version,
        consultation.version,
        consultation.instead_of,
        consultation.due_by,
        consultation.due_rules,
    )


async def keep_risk(tx: Transaction, risk: RiskRaised) -> bool:
    """A fact, kept under its own id: it may come before the request it was seen in. False when it was known."""
    done = await tx.execute(
        """
        insert into risk (risk_id, clinic_id, patient_id, request_id, level, raised_at)
        values ($1, $2, $3, $4, $5, $6)
            on conflict (risk_id) do nothing
        """,
        risk.risk_id,
        risk.clinic_id,
        risk.patient_id,
        risk.request_id,
        risk.level,
        risk.raised_at,
    )
    return done == "INSERT 0 1"


async def risks_of(tx: Transaction, request_id: UUID) -> list[Risk]:
    """Those that were seen in this request."""
    rows = await tx.fetch("select level, raised_at from risk where request_id = $1", request_id)
    return [Risk(RiskLevel(row["level"]), row["raised_at"]) for row in rows]


def _row(consultation: Consultation) -> tuple[object, ...]:
    """In the order of the columns that inserts name."""
    return (
        consultation.id,
        consultation.clinic_id,
        consultation.patient_id,
        consultation.request_id,
        consultation.reference,
        consultation.state,
        consultation.urgency,
        consultation.wishes.model_dump(mode="json"),
        consultation.requested_at,
        consultation.withdrawn,
        consultation.request_version,
        consultation.version,
    )


def consultation_of(row: asyncpg.Record) -> Consultation:
    requested_at: datetime = row["requested_at"]
    return Consultation(
        id=row["id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        request_id=row["request_id"],
        reference=row["reference"],
        state=ConsultationState(row["state"]),
        urgency=Urgency(row["urgency"]),
        wishes=Wishes.model_validate(row["wishes"]),
        requested_at=requested_at,
        withdrawn=row["withdrawn"],
        request_version=row["request_version"],
        version=row["version"],
        instead_of=row["instead_of"],
        due_by=row["due_by"],
        due_rules=row["due_rules"],
    )
