"""Patients' names, opened only to be shown to staff."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from shared.events.values import ContactEnvelope
from shared.keyring import Keyring
from shared.keyring.contact import open_contact
from shared.keyring.errors import SealBroken

UNREADABLE = "Name not readable"
"""Erased, or sealed under a key that this clinic does not have."""


async def open_names(keyring: Keyring, sealed: Iterable[tuple[UUID, ContactEnvelope | None]]) -> Mapping[UUID, str]:
    """By patient id; every id is there. Asked outside a transaction: the keyring is another database."""
    envelopes = dict(sealed)
    ciphers = await keyring.ciphers(envelopes)
    names: dict[UUID, str] = {}
    for patient_id, envelope in envelopes.items():
        names[patient_id] = UNREADABLE
        if envelope is not None and patient_id in ciphers:
            try:
                names[patient_id] = open_contact(ciphers[patient_id], envelope).name
            except SealBroken:
                continue
    return names
