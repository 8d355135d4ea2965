"""`slot_offer_known`: times that were offered to patients who wait, or whose booked time cannot be kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifications.store import inbox
from services.notifications.store.rows import as_json
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OfferHeard:
    """`shared`: others are asked for the same time. `moves` is the appointment that would get it, at `revision`, in the place
    of `instead_of`; None for whoever waits."""

    offer_id: UUID
    clinic_id: UUID
    patient_id: UUID
    request_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    zone: str
    answer_by: datetime
    shared: bool = False
    moves: UUID | None = None
    revision: int = 0
    instead_of: datetime | None = None


async def store(tx: Transaction, offers: Sequence[OfferHeard]) -> None:
    """Each once."""
    await tx.execute(
        """
        insert into slot_offer_known
               (offer_id, clinic_id, patient_id, request_id, starts_at, ends_at, zone, answer_by, shared, moves, revision,
                instead_of, heard_at)
        select offer_id, clinic_id, patient_id, request_id, starts_at, ends_at, zone, answer_by, shared, moves, revision,
               instead_of, $2
          from jsonb_to_recordset($1::text::jsonb)
               as heard (offer_id uuid, clinic_id uuid, patient_id uuid, request_id uuid, starts_at timestamptz,
                         ends_at timestamptz, zone text, answer_by timestamptz, shared boolean, moves uuid,
                         revision bigint, instead_of timestamptz)
         order by offer_id
            on conflict (offer_id) do nothing
        """,
        as_json(offers),
        tx.now,
    )


async def of_ids(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, OfferHeard]:
    rows = await tx.fetch("select * from slot_offer_known where offer_id = any ($1::uuid[])", list(ids))
    return {row["offer_id"]: OfferHeard(**{name: row[name] for name in OfferHeard.__slots__}) for row in rows}


async def end_calls(tx: Transaction) -> int:
    """Nobody phones about an offer whose deadline has passed, or about a time that has. Says how many calls ended."""
    done = await tx.execute(
        """
        update inbox_item
           set state = 'resolved', changed_at = $1
          from message
         where inbox_item.message_id = message.id
           and inbox_item.kind = 'phone'
           and inbox_item.state = 'open'
           and message.kind in ('slot-offered', 'move-proposed', 'time-stays')
           and message.expires_at <= $1
        """,
        tx.now,
    )
    if count := int(done.split()[-1]):
        tx.changed(inbox.SCOPE)
    return count
