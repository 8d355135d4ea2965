"""By what people can be recognised again is noted beside the way of a request, never in it: the public door looks nothing
up, so neither its answer nor its time can tell whether somebody is known."""

from collections.abc import Mapping
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

MOST = 500


async def mark_patients(database: Database, keyring: Keyring, index: BlindIndex) -> int:
    """For a timer: marks whoever is not marked yet, and says how many were. While keys are away they wait."""
    async with database.transaction(read_only=True) as tx:
        waiting = await patient_marks.unmarked(tx, MOST)
    if not waiting:
        return 0
    at_hand = await ciphers_at_hand(keyring, {one.patient_id for one in waiting})
    made = [
        (one, _marks(index, one, cipher) if cipher else {})
        for one in waiting
        if (cipher := at_hand.ciphers.get(one.patient_id)) or not at_hand.away
    ]
    async with database.transaction() as tx:
        kept = await patient_marks.keep(tx, made)
        tx.changed(*(f"request:{request_id}" for request_id in await _requests_of(tx, kept)))
    return len(kept)


def _marks(index: BlindIndex, one: Unmarked, cipher: PatientCipher) -> Mapping[Trait, bytes]:
    """None of somebody whose record cannot be read."""
    try:
        contact = open_contact(cipher, one.contact)
        reading = open_reading(cipher, one.reading.request_id, one.reading.sealed) if one.reading else None
    except SealBroken:
        return {}
    traits = traits_of(contact.name, contact.email, contact.mobile, reading.answers.born if reading else None)
    return {trait: index.of(trait, value) for trait, value in traits.items()}


async def _requests_of(tx: Transaction, patient_ids: list[UUID]) -> list[UUID]:
    rows = await tx.fetch("select id from consultation_request where patient_id = any ($1::uuid[])", patient_ids)
    return [row["id"] for row in rows]
