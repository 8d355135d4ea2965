"""`consultation` and `risk`."""

from datetime import datetime
from uuid import UUID

import asyncpg

from services.scheduling.domain.consultation import Consultation, ConsultationState
from shared.database import Transaction
from shared.events.risk import RiskRaised
from shared.events.values import Urgency, Wishes


async def alone_with(tx: Transaction, request_id: UUID) -> None:
    """One event of a request at a time, also while nothing of it is stored: two that arrive together see each other."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"request:{request_id}")


async def open_for(tx: Transaction, unheard: Consultation) -> Consultation:
    """The consultation of a request, locked: the stored one, or `unheard`, stored now.

    One per request, whichever of its events comes first and however often.
    """
    await tx.execute(
        """
        insert into consultation (id, clinic_id, patient_id, request_id, reference, state, urgency, wishes,
                                  requested_at, withdrawn, request_version, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            on conflict (request_id) do nothing
        """,
        unheard.id,
        unheard.clinic_id,
        unheard.patient_id,
        unheard.request_id,
        unheard.reference,
        unheard.state,
        unheard.urgency,
        unheard.wishes.model_dump(mode="json"),
        unheard.requested_at,
        unheard.withdrawn,
        unheard.request_version,
        unheard.version,
    )
    found = await lock_of_request(tx, unheard.request_id)
    assert found is not None
    return found


async def lock_of_request(tx: Transaction, request_id: UUID) -> Consultation | None:
    """The consultation of a request, locked; None when nothing was heard of it yet."""
    row = await tx.fetchrow("select * from consultation where request_id = $1 for no key update", request_id)
    return None if row is None else _consultation(row)


async def of_request(tx: Transaction, request_id: UUID) -> Consultation | None:
    """The same, only to be looked at."""
    row = await tx.fetchrow("select * from consultation where request_id = $1", request_id)
    return None if row is None else _consultation(row)


async def first_waiting(tx: Transaction, clinic_id: UUID) -> Consultation | None:
    """Whoever is first on the waiting list, by urgency, then by age; locked. Rows in other hands are passed over."""
    row = await tx.fetchrow(
        """
        select *
          from consultation
         where clinic_id = $1 and state = 'waitlisted'
         order by array_position(array['urgent', 'soon', 'routine'], urgency), requested_at, id
         limit 1
           for no key update skip locked
        """,
        clinic_id,
    )
    return None if row is None else _consultation(row)


async def somebody_waits_before(tx: Transaction, consultation: Consultation) -> bool:
    """Whether the waiting list has anybody on it who is served before this one, as `first_waiting` orders them."""
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


async def save(tx: Transaction, consultation: Consultation) -> None:
    """What can change after the request was first heard of."""
    await tx.execute(
        """
        update consultation
           set state = $2, urgency = $3, wishes = $4, withdrawn = $5, request_version = $6, version = $7,
               instead_of = $8
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
    )


async def keep_risk(tx: Transaction, risk: RiskRaised) -> None:
    """A fact, kept under its own id: it may come before the request it was seen in."""
    await tx.execute(
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


async def has_risk(tx: Transaction, request_id: UUID) -> bool:
    """Whether a risk was seen in this request."""
    return await tx.fetchval("select exists (select from risk where request_id = $1)", request_id)


def _consultation(row: asyncpg.Record) -> Consultation:
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
    )
