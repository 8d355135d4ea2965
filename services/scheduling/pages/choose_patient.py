"""The first step of booking a session: whom it is for.

By reference, or by a whole name, which intake knows again; else from the list of the people themselves, the newest first, a
page at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.scheduling.pages.decision_words import standing
from services.scheduling.pages.named_people import MOST
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

    @property
    def standing(self) -> tuple[str, str, str] | None:
        return _standing(self.patient)


def _standing(patient: KnownPatient) -> tuple[str, str, str] | None:
    return standing(patient.state, patient.decision) if patient.state else None


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
    database: Database, keyring: Keyring, clinic_id: UUID, circle: Circle, page: int, meant: Sequence[UUID] = ()
) -> dict[str, Any]:
    """The values of choose_patient.html that come from the database: of those who are `meant`, if any, else of everybody in the
    circle. After the last page there is the last page."""
    async with database.transaction(read_only=True) as tx:
        counts = await patients.count(tx, clinic_id)
        pages = 1 if meant else max(1, -(-counts[circle] // PAGE))
        page = min(page, pages)
        if meant:
            known = await patients.these(tx, clinic_id, meant, most=MOST)
        else:
            known = await patients.page(tx, clinic_id, circle, most=PAGE, skip=(page - 1) * PAGE)
    names = await open_names(keyring, ((patient.id, patient.contact) for patient in known))
    return {
        "people": [(patient, names.name(patient.id, patient.reference), _standing(patient)) for patient in known],
        "names_away": names.away,
        "counts": counts,
        "meant": bool(meant),
        "circle": circle,
        "page": page,
        "pages": pages,
    }
