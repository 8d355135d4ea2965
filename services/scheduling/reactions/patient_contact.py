"""How to reach a patient has changed."""

from datetime import datetime
from uuid import UUID

from services.scheduling.store import patients
from shared.database import Transaction
from shared.events.patient import PatientContactChanged
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("scheduling")


@reactions.on_batch(PatientContactChanged, repeatable=True)
async def know_contacts(tx: Transaction, messages: list[Received[PatientContactChanged]], _now: datetime) -> None:
    """In one order everywhere: two batches that lock the same patients never meet crosswise."""
    for event in sorted((message.event for message in messages), key=_order):
        await patients.store(
            tx,
            patient_id=event.patient_id,
            clinic_id=event.clinic_id,
            contact=event.contact,
            reachable=event.reachable,
            first_hand=True,
        )


def _order(event: PatientContactChanged) -> tuple[UUID, int]:
    return event.patient_id, event.contact.person_version
