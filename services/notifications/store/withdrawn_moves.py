"""`move_withdrawn_known`: questions about another time that were taken back, and the times that stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifications.store.claimed_messages import Claimed
from services.notifications.store.rows import as_json
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class WithdrawnHeard:
    """Of the question `offer_id`, which was about an appointment at this `revision`. `starts_at` is the time that stays."""

    withdrawn_id: UUID
    offer_id: UUID
    clinic_id: UUID
    patient_id: UUID
    request_id: UUID | None
    appointment_id: UUID
    revision: int
    starts_at: datetime
    ends_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Stays:
    starts_at: datetime
    ends_at: datetime
    zone: str


async def store(tx: Transaction, withdrawn: Sequence[WithdrawnHeard]) -> None:
    """Each once."""
    await tx.execute(
        """
        insert into move_withdrawn_known (withdrawn_id, clinic_id, offer_id, starts_at, ends_at, zone, heard_at)
        select withdrawn_id, clinic_id, offer_id, starts_at, ends_at, zone, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (withdrawn_id uuid, clinic_id uuid, offer_id uuid, starts_at timestamptz, ends_at timestamptz,
                         zone text)
         order by withdrawn_id
            on conflict (withdrawn_id) do nothing
        """,
        as_json(withdrawn),
        tx.now,
    )


async def whose_patient_was_asked(tx: Transaction, letters: Sequence[Claimed]) -> set[UUID]:
    """Of letters that say that a time stays: those before which a question about this time may have reached the patient, by
    e-mail or by phone, and no such letter after it. It need not be the last question: whoever answered an earlier one still
    believes that the time is gone."""
    if not letters:
        return set()
    rows = await tx.fetch(
        """
        select message.id
          from message
         where message.id = any ($1::uuid[])
           and exists (select from message question
                        where question.kind = 'move-proposed'
                          and question.appointment_id = message.appointment_id
                          and question.revision = message.revision
                          and (question.offered > 0
                               or exists (select from inbox_item where inbox_item.message_id = question.id))
                          and not exists (select from message told
                                           where told.kind = 'time-stays'
                                             and told.appointment_id = message.appointment_id
                                             and told.id <> message.id
                                             and told.offered > 0
                                             and (told.planned_at, told.id) > (question.planned_at, question.id)))
        """,
        [one.id for one in letters],
    )
    return {row["id"] for row in rows}


async def of_ids(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, Stays]:
    rows = await tx.fetch(
        "select withdrawn_id, starts_at, ends_at, zone from move_withdrawn_known where withdrawn_id = any ($1::uuid[])",
        list(ids),
    )
    return {row["withdrawn_id"]: Stays(row["starts_at"], row["ends_at"], row["zone"]) for row in rows}
