"""Says that a questionnaire waits. Its link stands in the sealed envelope and nowhere else."""

from services.intake.domain.questionnaire.questionnaire import Questionnaire
from shared.database import Transaction
from shared.events.questionnaire import ScalesDue
from shared.events.values import ContactEnvelope, LinkTo
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import open_contact, seal_contact


def say_due(
    tx: Transaction,
    due: Questionnaire,
    token: str,
    cipher: PatientCipher,
    envelope: ContactEnvelope,
    public_url: str,
) -> None:
    """`envelope` is the patient's as it is now; with the link it carries the same person, of the same version."""
    contact = open_contact(cipher, envelope)
    links = {LinkTo.QUESTIONNAIRE.value: f"{public_url}/q/{token}"}
    tx.emit(
        ScalesDue(
            clinic_id=due.clinic_id,
            patient_id=due.patient_id,
            questionnaire_id=due.id,
            session_id=due.session_id,
            course_id=due.course_id,
            contact=seal_contact(cipher, contact.model_copy(update={"links": links}), envelope.person_version),
            due_at=due.due_at,
            expires_at=due.expires_at,
        ),
        of=due,
    )
