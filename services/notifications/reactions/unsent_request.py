"""What intake says of a request that nobody has sent yet."""

from datetime import datetime

from services.notifications.domain.heard import PauseHeard
from services.notifications.use_cases.hear_pauses import hear_pauses
from shared.database.transaction import Transaction
from shared.events.unsent_request import RequestPaused
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions

reactions = Reactions("notifications")


@reactions.on_batch(RequestPaused)
async def send_the_link_to_go_on(tx: Transaction, messages: list[Received[RequestPaused]], _now: datetime) -> None:
    await hear_pauses(tx, [_heard(message.event) for message in messages])


def _heard(event: RequestPaused) -> PauseHeard:
    return PauseHeard(
        pause_id=event.pause_id,
        clinic_id=event.clinic_id,
        patient_id=event.patient_id,
        request_id=event.request_id,
        sealed=event.contact.sealed,
        person_version=event.contact.person_version,
        asked_at=event.asked_at,
        expires_at=event.expires_at,
    )
