"""Those rows of `slot_offer` that ask about a move: which other time is kept for whom, and how they answered.

Who locks several rows here locks what the appointment is for and the appointment first, then the one that holds the time, then
the row itself.
"""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.scheduling.domain.asked_move import AskedMove, Question, WithdrawnMove
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.slot_offer import OfferState, OfferUnknown
from services.scheduling.store import slot_offers
from shared.database import Transaction
from shared.ids import token_hash

_ASKED = """
    select slot_offer.*, exists (select from move_withdrawn where offer_id = slot_offer.id) as withdrawn
      from slot_offer
"""
_AHEAD = """
    select distinct a.clinic_id, a.id
      from slot_offer join appointment as a on a.id = slot_offer.moves and a.revision = slot_offer.revision
     where a.state = 'booked' and a.starts_at > $1 {of}
       and not exists (select from move_withdrawn where offer_id = slot_offer.id)
"""
# Of the appointment `a`: the last that its patient was asked about the time it has, unless that was taken back.
STANDING = """
    select newest.id, newest.state, newest.starts_at, newest.ends_at, newest.answer_by
      from (select *
              from slot_offer
             where moves = a.id and revision = a.revision
             order by offered_at desc, id desc
             limit 1) as newest
     where a.state = 'booked' and not exists (select from move_withdrawn where offer_id = newest.id)
"""


async def insert(tx: Transaction, asked: AskedMove) -> None:
    await tx.execute(
        """
        insert into slot_offer (id, clinic_id, patient_id, moves, revision, appointment_id, clinician_id, shared, starts_at,
                                ends_at, zone, offered_at, offered_by, answer_by, state, version)
        values ($1, $2, $3, $4, $5, $6, $7, false, $8, $9, $10, $11, $12, $13, $14, $15)
        """,
        asked.id,
        asked.clinic_id,
        asked.patient_id,
        asked.appointment_id,
        asked.revision,
        asked.held_id,
        asked.clinician_id,
        asked.starts_at,
        asked.ends_at,
        asked.zone,
        asked.asked_at,
        asked.asked_by,
        asked.answer_by,
        asked.state,
        asked.version,
    )


async def find(tx: Transaction, asked_id: UUID) -> AskedMove:
    """Raises OfferUnknown."""
    return _one(await tx.fetchrow(_ASKED + " where id = $1 and moves is not null", asked_id))


async def behind(tx: Transaction, token: str) -> AskedMove:
    """What a link answers, open or not. Raises OfferUnknown."""
    row = await tx.fetchrow(
        _ASKED
        + " join slot_offer_link on slot_offer_link.offer_id = slot_offer.id where token_hash = $1 and moves is not null",
        token_hash(token),
    )
    return _one(row)


async def lock(tx: Transaction, asked: AskedMove) -> AskedMove:
    """As it is now, with the appointment that holds its time. The one that would move is locked before."""
    await slot_offers.lock_rows(tx, asked.id, asked.held_id)
    return await find(tx, asked.id)


async def open_one_of(tx: Transaction, appointment_id: UUID) -> AskedMove | None:
    """What its patient is asked now."""
    row = await tx.fetchrow(_ASKED + " where moves = $1 and state = 'open'", appointment_id)
    return None if row is None else _asked(row)


async def all_open(tx: Transaction, clinic_id: UUID) -> list[AskedMove]:
    rows = await tx.fetch(
        _ASKED + " where clinic_id = $1 and moves is not null and state = 'open' order by id", clinic_id
    )
    return [_asked(row) for row in rows]


async def declined(tx: Transaction, appointment_ids: Sequence[UUID]) -> dict[UUID, list[Interval]]:
    """The times that patients said no to in the place of the one it has at its revision, by the appointment."""
    rows = await tx.fetch(
        """
        select moves, slot_offer.starts_at, slot_offer.ends_at
          from slot_offer join appointment on appointment.id = moves and appointment.revision = slot_offer.revision
         where moves = any ($1::uuid[]) and slot_offer.state = 'declined'
        """,
        list(appointment_ids),
    )
    found: dict[UUID, list[Interval]] = {}
    for row in rows:
        found.setdefault(row["moves"], []).append(Interval(row["starts_at"], row["ends_at"]))
    return found


async def asked_ahead(tx: Transaction, clinic_id: UUID) -> list[UUID]:
    """Whose time ahead was asked about, and the question was not taken back."""
    return [row["id"] for row in await tx.fetch(_AHEAD.format(of="and a.clinic_id = $2"), tx.now, clinic_id)]


async def clinics_that_asked(tx: Transaction) -> set[UUID]:
    """Where that is anybody."""
    return {row["clinic_id"] for row in await tx.fetch(_AHEAD.format(of=""), tx.now)}


async def standing(tx: Transaction, appointment_id: UUID) -> Question | None:
    """What its patient was told last about the time it has, if that still stands."""
    row = await tx.fetchrow(
        f"select question.* from appointment as a cross join lateral ({STANDING}) as question where a.id = $1",  # noqa: S608
        appointment_id,
    )
    return Question(**{**row, "state": OfferState(row["state"])}) if row else None


async def withdraw(tx: Transaction, asked: AskedMove, withdrawn: WithdrawnMove) -> None:
    """The booked time stays. The question is locked, and over."""
    await tx.execute(
        "insert into move_withdrawn (id, offer_id, withdrawn_at) values ($1, $2, $3)", withdrawn.id, asked.id, tx.now
    )


async def newest_of(tx: Transaction, appointment_ids: Sequence[UUID]) -> dict[UUID, AskedMove]:
    """The same of each of these, with all that is known of the question, by the appointment."""
    rows = await tx.fetch(
        f"""
        {_ASKED}
         where slot_offer.id in (select question.id
                                   from appointment as a cross join lateral ({STANDING}) as question
                                  where a.id = any ($1::uuid[]))
        """,  # noqa: S608 - constants
        list(appointment_ids),
    )
    return {row["moves"]: _asked(row) for row in rows}


def _one(row: asyncpg.Record | None) -> AskedMove:
    if row is None:
        raise OfferUnknown
    return _asked(row)


def _asked(row: asyncpg.Record) -> AskedMove:
    return AskedMove(
        id=row["id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        appointment_id=row["moves"],
        revision=row["revision"],
        held_id=row["appointment_id"],
        clinician_id=row["clinician_id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        zone=row["zone"],
        asked_at=row["offered_at"],
        asked_by=row["offered_by"],
        answer_by=row["answer_by"],
        state=OfferState(row["state"]),
        answered_at=row["answered_at"],
        answered_by=row["answered_by"],
        version=row["version"],
        withdrawn=row["withdrawn"],
    )
