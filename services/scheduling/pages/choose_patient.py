"""The first step of booking a session: whom it is for.

Names are sealed, each under a key of its own, so no database can search them. What can be searched is the reference;
beside it stand the people themselves, the newest first, a page at a time.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.scheduling.pages.names import Names, open_names
from services.scheduling.pages.typed_reference import read_reference
from services.scheduling.store import patients
from services.scheduling.store.patients import Circle, KnownPatient
from shared.database import Database, Transaction
from shared.keyring import Keyring
from shared.settings import ClinicIdentity

PAGE = 25


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom the form is about, as it shows them."""

    patient: KnownPatient
    names: Names

    @property
    def name(self) -> str:
        return self.names.name(self.patient.id, self.patient.reference)


async def chosen_patient(database: Database, keyring: Keyring, clinic_id: UUID, patient_id: UUID) -> Chosen | None:
    """None when the clinic has no such patient."""
    async with database.transaction(read_only=True) as tx:
        patient = await patients.find(tx, clinic_id, patient_id)
    if patient is None:
        return None
    return Chosen(patient, await open_names(keyring, [(patient.id, patient.contact)]))


async def by_reference(tx: Transaction, clinic: ClinicIdentity, typed: str) -> UUID | None:
    reference = read_reference(typed, clinic.reference_prefix)
    return await patients.with_reference(tx, clinic.id, reference) if reference else None


async def patients_to_choose(
    database: Database, keyring: Keyring, clinic_id: UUID, circle: Circle, page: int
) -> dict[str, Any]:
    """The values of choose_patient.html that come from the database. After the last page there is the last page."""
    async with database.transaction(read_only=True) as tx:
        counts = await patients.count(tx, clinic_id)
        pages = max(1, -(-counts[circle] // PAGE))
        page = min(page, pages)
        known = await patients.page(tx, clinic_id, circle, most=PAGE, skip=(page - 1) * PAGE)
    names = await open_names(keyring, ((patient.id, patient.contact) for patient in known))
    return {
        "people": [(patient, names.name(patient.id, patient.reference)) for patient in known],
        "names_away": names.away,
        "counts": counts,
        "circle": circle,
        "page": page,
        "pages": pages,
    }
