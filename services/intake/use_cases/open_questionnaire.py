"""Somebody opens the link of a questionnaire, and says who they are before anything of it is shown."""

from dataclasses import dataclass

from services.intake.domain.questionnaire.proof import Proof
from services.intake.domain.questionnaire.questionnaire import Questionnaire
from services.intake.domain.questionnaire.sheet import Sheet
from services.intake.store import patients, questionnaires, request_answers
from services.intake.store.request_answers import open_reading
from services.intake.store.sealed_answers import open_answers
from shared.database import Transaction
from shared.events.values import ContactEnvelope
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import open_contact


@dataclass(frozen=True, slots=True)
class SealedQuestionnaire:
    """Its key is in another database, and is fetched when the transaction has ended."""

    questionnaire: Questionnaire
    contact: ContactEnvelope
    reading: bytes | None

    def sheet(self, cipher: PatientCipher) -> Sheet:
        one = self.questionnaire
        return Sheet(one.plan, open_answers(cipher, one.id, one.answers))

    def proof(self, cipher: PatientCipher) -> Proof:
        request_id = self.questionnaire.request_id
        born = open_reading(cipher, request_id, self.reading).answers.born if self.reading else None
        return Proof(born, open_contact(cipher, self.contact).name)


async def open_questionnaire(tx: Transaction, token: str) -> SealedQuestionnaire:
    """Also one whose link has ended. Raises QuestionnaireUnknown."""
    found = await questionnaires.find(tx, token)
    return SealedQuestionnaire(
        found,
        await patients.contact_of(tx, found.patient_id),
        await request_answers.sealed_of(tx, found.request_id),
    )


async def try_proof(tx: Transaction, token: str, right: bool) -> bool:
    """Whether the link opens now. Every wrong try counts before its answer is known; behind a closed link none is looked at.

    Raises QuestionnaireUnknown.
    """
    one = await questionnaires.lock(tx, token)
    if not one.open_at(tx.now):
        return False
    await questionnaires.save(tx, one.tried(right))
    return right
