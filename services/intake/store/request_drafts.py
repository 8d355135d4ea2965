"""The table `request_draft`: requests that are being filled in, found by the hash of their link's token."""

from datetime import datetime
from uuid import UUID

import asyncpg

from services.intake.domain.guided.unsent import DraftUnknown, RequestDraft
from shared.database import Transaction
from shared.events.risk import RiskLevel
from shared.ids import token_hash


async def add(tx: Transaction, token: str, draft: RequestDraft) -> bool:
    """False when the clinic has already given this reference away: then ask again with a new one."""
    done = await tx.fetchval(
        """
        insert into request_draft
               (token_hash, clinic_id, patient_id, request_id, reference, language, answers, begun_at, saved_at, begun_by)
        select $1, $2, $3, $4, $5, $6, $7, $8, $8, $9
         where not exists (select from consultation_request where clinic_id = $2 and reference = $5)
            on conflict (clinic_id, reference) do nothing
        returning true
        """,
        token_hash(token),
        draft.clinic_id,
        draft.patient_id,
        draft.request_id,
        draft.reference,
        draft.language,
        draft.answers,
        draft.begun_at,
        draft.begun_by,
    )
    return bool(done)


async def find(tx: Transaction, token: str) -> RequestDraft:
    """Raises DraftUnknown."""
    return _found(await tx.fetchrow("select * from request_draft where token_hash = $1", token_hash(token)))


async def lock(tx: Transaction, token: str) -> RequestDraft:
    """As it is now; nobody else saves a page of it before this transaction ends. Raises DraftUnknown."""
    return _found(
        await tx.fetchrow("select * from request_draft where token_hash = $1 for no key update", token_hash(token))
    )


async def find_for_caller(tx: Transaction, clinic_id: UUID, request_id: UUID) -> RequestDraft:
    """One that staff began, whatever became of it since. Raises DraftUnknown."""
    return _found(
        await tx.fetchrow(
            "select * from request_draft where request_id = $1 and clinic_id = $2 and begun_by is not null",
            request_id,
            clinic_id,
        )
    )


async def lock_for_caller(tx: Transaction, clinic_id: UUID, request_id: UUID) -> RequestDraft:
    """The same, and nobody else saves a page of it before this transaction ends. Raises DraftUnknown."""
    return _found(
        await tx.fetchrow(
            """
            select *
              from request_draft
             where request_id = $1 and clinic_id = $2 and begun_by is not null
               for no key update
            """,
            request_id,
            clinic_id,
        )
    )


async def for_callers(tx: Transaction, clinic_id: UUID, most: int) -> list[RequestDraft]:
    """Those that staff began and nobody has sent, the latest first."""
    rows = await tx.fetch(
        """
        select *
          from request_draft
         where clinic_id = $1
           and begun_by is not null
           and sent_at is null
         order by saved_at desc
         limit $2
        """,
        clinic_id,
        most,
    )
    return [_from_row(row) for row in rows]


async def by_reference(tx: Transaction, clinic_id: UUID, reference: str) -> RequestDraft | None:
    """One that is not sent yet, whoever began it."""
    row = await tx.fetchrow(
        "select * from request_draft where clinic_id = $1 and reference = $2 and sent_at is null", clinic_id, reference
    )
    return _from_row(row) if row else None


async def give_link(tx: Transaction, draft: RequestDraft, token: str) -> None:
    """From now on this link opens it, and one that was given before no longer does."""
    await tx.execute(
        "update request_draft set token_hash = $2 where request_id = $1", draft.request_id, token_hash(token)
    )


async def save(tx: Transaction, draft: RequestDraft) -> None:
    await tx.execute(
        """
        update request_draft
           set answers = $2, risk = $3, saved_at = $4, sent_at = $5, taken_over_at = $6
         where request_id = $1
        """,
        draft.request_id,
        draft.answers,
        draft.risk,
        draft.saved_at,
        draft.sent_at,
        draft.taken_over_at,
    )


async def at_risk(tx: Transaction, clinic_id: UUID, request_id: UUID | None = None) -> list[RequestDraft]:
    """Those not sent in which a risk was seen, the latest first: the only ones that staff see."""
    rows = await tx.fetch(
        """
        select *
          from request_draft
         where clinic_id = $1
           and risk is not null
           and sent_at is null
           and ($2::uuid is null or request_id = $2)
         order by saved_at desc
        """,
        clinic_id,
        request_id,
    )
    return [_from_row(row) for row in rows]


async def lock_forgotten(tx: Transaction, untouched_since: datetime) -> RequestDraft | None:
    """One that nobody has touched since, for a timer. Never one in whom a risk was seen that nobody has taken yet."""
    row = await tx.fetchrow(
        """
        select *
          from request_draft as draft
         where saved_at <= $1
           and (sent_at is not null
                or not exists (select from risk_flag as flag
                                where flag.request_id = draft.request_id
                                  and not exists (select from alert_acknowledgement as heard
                                                   where heard.alert_id = flag.id)))
         order by saved_at
         limit 1
           for update skip locked
        """,
        untouched_since,
    )
    return _from_row(row) if row else None


async def erase(tx: Transaction, draft: RequestDraft) -> None:
    await tx.execute("delete from request_draft where request_id = $1", draft.request_id)


def _found(row: asyncpg.Record | None) -> RequestDraft:
    if row is None:
        raise DraftUnknown
    return _from_row(row)


def _from_row(row: asyncpg.Record) -> RequestDraft:
    return RequestDraft(
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        request_id=row["request_id"],
        reference=row["reference"],
        language=row["language"],
        answers=row["answers"],
        risk=RiskLevel(row["risk"]) if row["risk"] else None,
        begun_at=row["begun_at"],
        saved_at=row["saved_at"],
        sent_at=row["sent_at"],
        begun_by=row["begun_by"],
        taken_over_at=row["taken_over_at"],
    )
