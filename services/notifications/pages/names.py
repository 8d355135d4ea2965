"""Patients' names and telephones, unsealed only to be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.notifications.store import contacts
from shared.database import Database
from shared.keyring import Keyring
from shared.keyring.at_hand import ciphers_at_hand
from shared.keyring.contact import Contact, open_contact
from shared.keyring.errors import SealBroken


@dataclass(frozen=True, slots=True)
class Names:
    """Whom we could name. `away`: the keyring did not answer, and everything else is shown all the same."""

    by_patient: dict[UUID, Contact]
    away: bool = False

    def name(self, patient_id: UUID | None, otherwise: str) -> str:
        contact = self.contact(patient_id)
        return contact.name if contact and contact.name.strip() else otherwise

    def contact(self, patient_id: UUID | None) -> Contact | None:
        return self.by_patient.get(patient_id) if patient_id else None


async def names_of(database: Database, keyring: Keyring, patient_ids: Iterable[UUID | None]) -> Names:
    """Erased people and people never heard of are left out."""
    wanted = {one for one in patient_ids if one is not None}
    if not wanted:
        return Names({})
    async with database.transaction(read_only=True) as tx:
        envelopes = await contacts.of_patients(tx, wanted)
    at_hand = await ciphers_at_hand(keyring, envelopes)
    found: dict[UUID, Contact] = {}
    for patient_id, cipher in at_hand.ciphers.items():
        try:
            found[patient_id] = open_contact(cipher, envelopes[patient_id])
        except (SealBroken, ValueError):
            continue
    return Names(found, at_hand.away)
