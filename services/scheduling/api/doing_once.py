"""What staff do with the clinic's appointments by JSON: once for each key they send, answered with what it is then."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Response

from services.scheduling.api.holds import refusal_of
from services.scheduling.api.staff_appointment_models import OverrideIn, SeenIn, view_of
from services.scheduling.domain.override import Override
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.pages.staff import PatientStaff
from services.scheduling.problems import AppointmentIsOver, AppointmentUnknown, ChangedMeanwhile, NotYourClinic
from services.scheduling.store import day_list
from services.scheduling.use_cases.take_in_hand import Press
from shared.database import Database, Transaction
from shared.web.dependencies import TheAnswers, TheDatabase, TheSettings
from shared.web.idempotency import (
    HEADER,
    Answer,
    AnswerGone,
    Answers,
    KeyMalformed,
    KeyUsedForAnother,
    StillInHand,
    header_key,
)
from shared.web.staff_session import NotAllowed, StaffSession

ONCE = (NotAllowed, NotYourClinic, KeyMalformed, KeyUsedForAnother, AnswerGone, StillInHand)
"""How anything that is done once may be refused; and a change of what was seen, also so."""
WRITES = (*ONCE, AppointmentUnknown, ChangedMeanwhile, AppointmentIsOver)
Do = Callable[[Transaction, Press], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class OneDoing:
    """Something that a member of staff does, once for each key they send."""

    request: Request
    staff: StaffSession
    database: Database
    answers: Answers
    clinic_id: UUID
    zone: str

    async def press(self, appointment_id: UUID, sent: SeenIn, do: Do) -> Response:
        press = Press(self.clinic_id, appointment_id, sent.version, self.staff.staff_id)

        async def pressed(tx: Transaction) -> UUID:
            await do(tx, press)
            return appointment_id

        return await self.once(pressed)

    async def once(
        self, do: Callable[[Transaction], Awaitable[UUID]], status: int = 200, *, together: bool = False
    ) -> Response:
        """Answers with the appointment as it is then. `together`: it may share its commit with others who do the same.

        A press that found everything done already leaves nothing, and its answer is not kept either.
        """
        transact = self.database.together if together else self.database.alone

        async def answered(tx: Transaction) -> Answer:
            row = await day_list.of_appointment(tx, self.clinic_id, await do(tx))
            location = f"/api/appointments/{row.id}" if status == 201 else None
            answer = Answer.json(status, view_of(row, self.zone), location=location)
            return replace(answer, kept=tx.says or bool(tx.changes))

        key = await header_key(self.request, f"staff:{self.staff.staff_id}")
        try:
            if key is None:
                answer = await transact(answered)
            else:
                answer = await self.answers.once(transact, key, answered)
        except TimeRefused as refused:
            raise refusal_of(refused) from None
        return answer.response()

    def override(self, sent: OverrideIn | None) -> Override | None:
        return Override(self.staff.staff_id, self.staff.roles, sent.reason) if sent else None


async def _doing(
    request: Request,
    staff: PatientStaff,
    database: TheDatabase,
    settings: TheSettings,
    answers: TheAnswers,
    key: Annotated[
        str | None,
        Header(alias=HEADER, description="A fresh random value, such as a UUID. The same request again is done once."),
    ] = None,
) -> OneDoing:
    del key  # read from the request, with everything that it covers
    return OneDoing(request, staff, database, answers, settings.clinic.id, settings.clinic.zone)


Doing = Annotated[OneDoing, Depends(_doing)]
