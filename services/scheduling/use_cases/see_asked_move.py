"""What a patient sees who is asked about a move, and the way to choose for themselves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, AppointmentState
from services.scheduling.domain.asked_move import AskedMove
from services.scheduling.domain.change import NothingToChange
from services.scheduling.domain.slot_offer import OfferState
from services.scheduling.store import appointments, asked_moves, consultations
from services.scheduling.use_cases.change_links import make_change_link
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class SeenMove:
    """`appointment` is the one that would move, as it is now. `stays`: its time can be kept after all."""

    asked: AskedMove
    appointment: Appointment
    stays: bool
    now: datetime

    @property
    def open(self) -> bool:
        return self.asked.open and self.asked.is_about(self.appointment)

    @property
    def chooses(self) -> bool:
        """Of consultations patients may choose another time by themselves."""
        return self.appointment.booking.consultation_id is not None

    @property
    def stands_at(self) -> datetime | None:
        """When it is now, where that is not a time that cannot be kept any more."""
        booked = self.appointment.state is AppointmentState.BOOKED and self.appointment.starts_at > self.now
        holds = self.appointment.revision > self.asked.revision or self.stays
        return self.appointment.starts_at if booked and holds else None

    @property
    def became(self) -> str:
        """`open`, or a word for what became of it."""
        if self.open:
            return "open"
        if self.appointment.revision == self.asked.revision and self.appointment.state is AppointmentState.BOOKED:
            if self.stays:
                return "stays"
            return "gone" if self.asked.state is OfferState.ENDED else self.asked.state.value
        if self.stands_at is None:
            return "over"
        return "accepted" if self.asked.state is OfferState.ACCEPTED else "settled"


async def see_asked_move(tx: Transaction, token: str) -> SeenMove:
    """Raises OfferUnknown."""
    asked = await asked_moves.behind(tx, token)
    appointment = await appointments.find(tx, asked.clinic_id, asked.appointment_id)
    stays = asked.is_about(appointment) and await asked_moves.standing(tx, appointment.id) is None
    return SeenMove(asked, appointment, stays, tx.now)


async def choose_for_themselves(tx: Transaction, seen: SeenMove) -> str:
    """The token of a link to choose another time with. What is kept stays kept until they have. Raises NothingToChange."""
    return await make_change_link(tx, await _request_of(tx, seen.appointment.booking.consultation_id), mailed=False)


async def _request_of(tx: Transaction, consultation_id: UUID | None) -> UUID:
    if consultation_id is None:
        raise NothingToChange
    return (await consultations.lock(tx, consultation_id)).request_id
