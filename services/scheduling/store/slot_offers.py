"""`slot_offer` and its links: which times were offered to whom, and how they answered. Those that ask about a move are read by
`asked_moves`; they end and have links as these.

Who locks several rows here locks the consultation first, then the patient, then the appointment that holds the time, then
offers by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from services.scheduling.domain.slot_offer import OfferState, OfferUnknown, SlotOffer
from shared.database import Transaction
from shared.ids import token_hash

LINKS_KEPT = timedelta(days=90)
"""Until then a link says what became of the offer."""
_OFFER = """
    select slot_offer.*, request_id, reference
      from slot_offer join consultation on consultation.id = consultation_id
"""


async def is_alone(tx: Transaction, clinic_id: UUID) -> bool:
    """Whether nobody else asks around at this clinic at this moment. Waits for nobody."""
    return await tx.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"offers:{clinic_id}")


async def insert(tx: Transaction, offer: SlotOffer) -> None:
    await tx.execute(
        """
        insert into slot_offer (id, clinic_id, patient_id, consultation_id, appointment_id, shared, starts_at, ends_at,
                                zone, offered_at, offered_by, answer_by, state, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """,
        offer.id,
        offer.clinic_id,
        offer.patient_id,
        offer.consultation_id,
        offer.appointment_id,
        offer.shared,
        offer.starts_at,
        offer.ends_at,
        offer.zone,
        offer.offered_at,
        offer.offered_by,
        offer.answer_by,
        offer.state,
        offer.version,
    )


async def find(tx: Transaction, offer_id: UUID) -> SlotOffer:
    """Raises OfferUnknown."""
    return _one(await tx.fetchrow(_OFFER + " where slot_offer.id = $1", offer_id))


async def behind(tx: Transaction, token: str) -> SlotOffer:
    """The offer that a link answers, open or not. Raises OfferUnknown."""
    row = await tx.fetchrow(
        _OFFER + " join slot_offer_link on offer_id = slot_offer.id where token_hash = $1", token_hash(token)
    )
    return _one(row)


async def open_one_of(tx: Transaction, consultation_id: UUID) -> SlotOffer | None:
    """What somebody who waits is asked for now. The consultation is locked, so that it is not asked for anything else."""
    row = await tx.fetchrow(_OFFER + " where consultation_id = $1 and slot_offer.state = 'open'", consultation_id)
    return None if row is None else _offer(row)


async def lock(tx: Transaction, offer: SlotOffer) -> SlotOffer:
    """As it is now, with the appointment that holds its time and all who share it: nobody else answers meanwhile."""
    await lock_rows(tx, offer.id, offer.appointment_id)
    return await find(tx, offer.id)


async def lock_rows(tx: Transaction, offer_id: UUID, held_id: UUID | None) -> None:
    await tx.execute("select from appointment where id = $1 for update", held_id)
    await tx.execute(
        """
        select from slot_offer
         where id = $1 or (appointment_id = $2 and state = 'open')
         order by id
           for no key update
        """,
        offer_id,
        held_id,
    )


async def answer(tx: Transaction, offer_id: UUID, state: OfferState, *, by: UUID | None = None) -> None:
    """The offer is open, and locked."""
    await tx.execute(
        """
        update slot_offer
           set state = $2, answered_at = $3, answered_by = $4, version = version + 1
         where id = $1
        """,
        offer_id,
        state,
        tx.now,
        by,
    )


async def become_appointment(tx: Transaction, offer: SlotOffer) -> bool:
    """The held time is now theirs; False when it is over. Compare and set: until somebody takes note that its end has
    passed, nobody else can have it."""
    taken = await tx.fetchval(
        """
        update appointment
           set state = 'booked', consultation_id = $2, patient_id = $3, held_until = null, booked_at = $4,
               version = version + 1
         where id = $1 and state = 'held' and starts_at > $4
        returning true
        """,
        offer.appointment_id,
        offer.consultation_id,
        offer.patient_id,
        tx.now,
    )
    return bool(taken)


async def take_from_others(tx: Transaction, offer: SlotOffer) -> bool:
    """Whoever else was asked for the same time comes too late. Whether there was anybody."""
    done = await tx.execute(
        """
        update slot_offer
           set state = 'taken', answered_at = $2, version = version + 1
         where appointment_id = $1 and state = 'open'
        """,
        offer.appointment_id,
        tx.now,
    )
    return done != "UPDATE 0"


async def goes_to_others(tx: Transaction, appointment_id: UUID) -> bool:
    """Whether somebody may still accept the time that this appointment holds. It stands under the name of one of them: to
    whom it was held for before it is not in the way."""
    done = await tx.execute(
        """
        update appointment
           set patient_id = other.patient_id
          from (select patient_id from slot_offer where appointment_id = $1 and state = 'open' order by id limit 1) as other
         where id = $1 and state = 'held'
        """,
        appointment_id,
    )
    return done != "UPDATE 0"


async def clinics_that_offer(tx: Transaction) -> set[UUID]:
    """Where somebody who waits is asked for something now."""
    rows = await tx.fetch("select distinct clinic_id from slot_offer where state = 'open' and moves is null")
    return {row["clinic_id"] for row in rows}


async def open_at(tx: Transaction, clinic_id: UUID) -> list[SlotOffer]:
    """What people who wait are asked for now; not locked."""
    return _offers(
        await tx.fetch(
            _OFFER + " where slot_offer.clinic_id = $1 and slot_offer.state = 'open' order by slot_offer.id", clinic_id
        )
    )


async def let_lapse(tx: Transaction, most: int = 200) -> list[UUID]:
    """Ends the offers whose deadline has passed, or whose time is not held any more. Answers their clinics.

    What somebody has in hand is left to them; the held appointment ends by itself, like every hold.
    """
    rows = await tx.fetch(
        """
        update slot_offer
           set state = 'lapsed', answered_at = $1, version = version + 1
         where id in (select id
                        from slot_offer
                       where state = 'open' and answer_by <= $1
                       order by answer_by
                       limit $2
                         for no key update skip locked)
        returning clinic_id
        """,
        tx.now,
        most,
    )
    return [row["clinic_id"] for row in rows]


@dataclass(frozen=True, slots=True)
class Stands:
    """Whether it can be answered, and for whom: of a `move` the page is another one."""

    state: OfferState
    answer_by: datetime
    move: bool


async def stands(tx: Transaction, offer_id: UUID) -> Stands:
    """Of either kind. Raises OfferUnknown."""
    row = await tx.fetchrow(
        "select state, answer_by, moves is not null as move from slot_offer where id = $1", offer_id
    )
    if row is None:
        raise OfferUnknown
    return Stands(OfferState(row["state"]), row["answer_by"], row["move"])


async def add_link(tx: Transaction, token: str, offer_id: UUID) -> None:
    await tx.execute(
        "insert into slot_offer_link (token_hash, offer_id, made_at) values ($1, $2, $3)",
        token_hash(token),
        offer_id,
        tx.now,
    )


async def forget_links(tx: Transaction, most: int = 1000) -> int:
    """For a timer. Says how many."""
    done = await tx.execute(
        """
        delete from slot_offer_link
         where token_hash in (select token_hash from slot_offer_link
                               where made_at <= $1
                               limit $2 for update skip locked)
        """,
        tx.now - LINKS_KEPT,
        most,
    )
    return int(done.split()[-1])


async def of_consultations(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[SlotOffer]]:
    """Of each an open one first, then from the newest to the oldest."""
    rows = await tx.fetch(
        _OFFER
        + """
         where consultation_id = any ($1::uuid[])
         order by slot_offer.state <> 'open', offered_at desc, slot_offer.id
        """,
        ids,
    )
    found: dict[UUID, list[SlotOffer]] = {}
    for offer in _offers(rows):
        found.setdefault(offer.consultation_id, []).append(offer)
    return found


async def lately(tx: Transaction, clinic_id: UUID, most: int) -> list[SlotOffer]:
    """Those that are over, from the newest to the oldest."""
    rows = await tx.fetch(
        _OFFER
        + """
         where slot_offer.clinic_id = $1 and slot_offer.state <> 'open'
         order by offered_at desc, slot_offer.id
         limit $2
        """,
        clinic_id,
        most,
    )
    return _offers(rows)


def _one(row: asyncpg.Record | None) -> SlotOffer:
    if row is None:
        raise OfferUnknown
    return _offer(row)


def _offers(rows: Sequence[asyncpg.Record]) -> list[SlotOffer]:
    return [_offer(row) for row in rows]


def _offer(row: asyncpg.Record) -> SlotOffer:
    answered_at: datetime | None = row["answered_at"]
    return SlotOffer(
        id=row["id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        consultation_id=row["consultation_id"],
        request_id=row["request_id"],
        reference=row["reference"],
        appointment_id=row["appointment_id"],
        shared=row["shared"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        zone=row["zone"],
        offered_at=row["offered_at"],
        answer_by=row["answer_by"],
        state=OfferState(row["state"]),
        offered_by=row["offered_by"],
        answered_at=answered_at,
        answered_by=row["answered_by"],
        version=row["version"],
    )
