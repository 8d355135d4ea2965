"""Somebody opens a link of another service's, and says who they are: does it fit whom the request is from?"""

from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.questionnaire.proof import Proof
from services.intake.store import consultation_requests, patients, request_answers
from services.intake.store.request_answers import open_reading
from shared.database import Transaction
from shared.events.values import ContactEnvelope
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import open_contact


@dataclass(frozen=True, slots=True)
class SealedProof:
    """Its key is in another database, and is fetched when the transaction has ended."""

    request_id: UUID
    patient_id: UUID
    contact: ContactEnvelope
    reading: bytes | None

    def open(self, cipher: PatientCipher) -> Proof:
        """Raises SealBroken."""
        born = open_reading(cipher, self.request_id, self.reading).answers.born if self.reading else None
        return Proof(born, open_contact(cipher, self.contact).name)


async def who_asked(tx: Transaction, clinic_id: UUID, request_id: UUID) -> SealedProof:
    """Raises RequestNotFound."""
    request = await consultation_requests.get(tx, clinic_id, request_id)
    return SealedProof(
        request.id,
        request.patient_id,
        await patients.contact_of(tx, request.patient_id),
        await request_answers.sealed_of(tx, request.id),
    )
