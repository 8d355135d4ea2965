"""By what people can be recognised again is noted beside the way of a request, never in it: the public door looks nothing
up, so neither its answer nor its time can tell whether somebody is known."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from services.intake.domain.recognition import Trait, traits_of
from services.intake.store import patient_marks
from services.intake.store.patient_marks import Unmarked
from services.intake.store.request_answers import open_reading
from shared.database import Database, Transaction
from shared.keyring import Keyring
from shared.keyring.at_hand import ciphers_at_hand
from shared.keyring.blind_index import BlindIndex
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import open_contact
from shared.keyring.errors import SealBroken

MOST = 100


def marking(keyring: Keyring, index: BlindIndex) -> Callable[[Database], Awaitable[int]]:
    """For a timer: marks whoever is not marked yet, and says how many were."""

    async def mark_patients(database: Database) -> int:
        async with database.transaction(read_only=True) as tx:
            waiting = await patient_marks.unmarked(tx, MOST)
        at_hand = await ciphers_at_hand(keyring, {one.patient_id for one in waiting})
        done = 0
        for one in waiting:
            cipher = at_hand.ciphers.get(one.patient_id)
            if cipher is None and at_hand.away:
                continue
            async with database.transaction() as tx:
                done += await _mark(tx, one, _marks(index, one, cipher) if cipher else {})
        return done

    return mark_patients


async def _mark(tx: Transaction, one: Unmarked, marks: Mapping[Trait, bytes]) -> bool:
    kept = await patient_marks.keep(tx, one, marks)
    if kept:
        tx.changed(*(f"request:{request_id}" for request_id in await _requests_of(tx, one.patient_id)))
    return kept


def _marks(index: BlindIndex, one: Unmarked, cipher: PatientCipher) -> Mapping[Trait, bytes]:
    """None of somebody whose record cannot be read."""
    try:
        contact = open_contact(cipher, one.contact)
        reading = open_reading(cipher, one.reading.request_id, one.reading.sealed) if one.reading else None
    except SealBroken:
        return {}
    traits = traits_of(contact.name, contact.email, contact.mobile, reading.answers.born if reading else None)
    return {trait: index.of(trait, value) for trait, value in traits.items()}


async def _requests_of(tx: Transaction, patient_id: UUID) -> list[UUID]:
    rows = await tx.fetch("select id from consultation_request where patient_id = $1", patient_id)
    return [row["id"] for row in rows]
