"""Who stands on the waiting list, as staff see them: with their contact, what they are asked for, and what they said before."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.slot_offer import SlotOffer
from services.scheduling.store import consultations, slot_offers
from shared.database import Transaction
from shared.events.values import ContactEnvelope


@dataclass(frozen=True, slots=True)
class ListedWaiting:
    """`offers` from the newest to the oldest; an open one is the first."""

    consultation: Consultation
    contact: ContactEnvelope | None
    offers: tuple[SlotOffer, ...]

    @property
    def asked(self) -> SlotOffer | None:
        """What they are asked for now."""
        return self.offers[0] if self.offers and self.offers[0].open else None


async def of_clinic(tx: Transaction, clinic_id: UUID, most: int) -> list[ListedWaiting]:
    """In the order of urgency and age."""
    return await _with_the_rest(tx, await consultations.all_waiting(tx, clinic_id, most))


async def of_request(tx: Transaction, clinic_id: UUID, request_id: UUID) -> ListedWaiting | None:
    """Somebody who stands on the list, or did."""
    found = await consultations.of_request(tx, request_id)
    if found is None or found.clinic_id != clinic_id:
        return None
    return (await _with_the_rest(tx, [found]))[0]


async def contacts(tx: Transaction, patient_ids: list[UUID]) -> dict[UUID, ContactEnvelope]:
    rows = await tx.fetch(
        "select patient_id, contact, person_version from patient where patient_id = any ($1::uuid[])", patient_ids
    )
    return {
        row["patient_id"]: ContactEnvelope(sealed=row["contact"], person_version=row["person_version"]) for row in rows
    }


async def _with_the_rest(tx: Transaction, found: list[Consultation]) -> list[ListedWaiting]:
    sealed = await contacts(tx, [one.patient_id for one in found])
    made = await slot_offers.of_consultations(tx, [one.id for one in found])
    return [ListedWaiting(one, sealed.get(one.patient_id), tuple(made.get(one.id, ()))) for one in found]
