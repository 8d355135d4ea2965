"""What intake says of how to reach a patient."""

from datetime import datetime

from services.notifications.domain.heard import ContactHeard
from services.notifications.use_cases.hear_contact_changes import hear_contact_changes
from shared.database.transaction import Transaction
from shared.events.patient import PatientContactChanged
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on_batch(PatientContactChanged)
async def use_new_contacts(tx: Transaction, messages: list[Received[PatientContactChanged]], _now: datetime) -> None:
    await hear_contact_changes(tx, [_heard(message.event) for message in messages])


def _heard(event: PatientContactChanged) -> ContactHeard:
    return ContactHeard(
        patient_id=event.patient_id,
        clinic_id=event.clinic_id,
        sealed=event.contact.sealed,
        person_version=event.contact.person_version,
        reachable=event.reachable,
    )
