"""The table `request_pause`: when somebody asked for the link by e-mail, to go on with a request later."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class RequestPause:
    id: UUID
    clinic_id: UUID
    request_id: UUID
    asked_at: datetime
    version: int = 1


async def add(tx: Transaction, pause: RequestPause) -> None:
    await tx.execute(
        "insert into request_pause (id, clinic_id, request_id, asked_at) values ($1, $2, $3, $4)",
        pause.id,
        pause.clinic_id,
        pause.request_id,
        pause.asked_at,
    )
