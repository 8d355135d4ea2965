"""Patients' names, opened only to be shown to staff."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.events.values import ContactEnvelope
from shared.keyring import Keyring
from shared.keyring.at_hand import ciphers_at_hand
from shared.keyring.contact import open_contact
from shared.keyring.errors import SealBroken

UNREADABLE = "Name not readable"
"""Erased, or sealed under a key that this clinic does not have."""
MISSING = "Name missing"
"""The keyring is away; the name is there again when it is."""


@dataclass(frozen=True, slots=True)
class Names:
    """Whom we could name. `away`: the keyring did not answer, and the page says so."""

    by_patient: Mapping[UUID, str]
    away: bool = False

    def name(self, patient_id: UUID, reference: str | None = None) -> str:
        """While the name is missing the reference stands in its place, for staff still have to tell rows apart."""
        if (name := self.by_patient.get(patient_id)) is not None:
            return name
        return (reference or MISSING) if self.away else UNREADABLE


async def open_names(keyring: Keyring, sealed: Iterable[tuple[UUID, ContactEnvelope | None]]) -> Names:
    """Asked outside a transaction: the keyring is another database."""
    envelopes = dict(sealed)
    at_hand = await ciphers_at_hand(keyring, envelopes)
    names: dict[UUID, str] = {}
    for patient_id, cipher in at_hand.ciphers.items():
        envelope = envelopes[patient_id]
        if envelope is None:
            continue
        try:
            names[patient_id] = open_contact(cipher, envelope).name
        except SealBroken:
            continue
    return Names(names, at_hand.away)
