"""What every page of one consultation does: look at it with its patient's data opened, and show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from starlette.requests import Request

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.decision import Decision, can_be_decided, may_decide
from services.scheduling.domain.scale_total import ScaleTotal
from services.scheduling.pages.consultations import waits_for_decision
from services.scheduling.pages.decision_words import (
    AMENDED_BECAUSE,
    DECISION_REASONS,
    DECISIONS,
    NEXT,
    RISKS,
    consultation_chip,
    outcome_choices,
)
from services.scheduling.pages.late_words import GIVEN_UP, LATE
from services.scheduling.pages.names import open_names
from services.scheduling.pages.sealed_notes import UNREADABLE, key_of, open_decisions, open_notes
from services.scheduling.pages.staff import OurStaff, changes_bookings, sees_scores
from services.scheduling.pages.words import totals_in_words
from services.scheduling.store import (
    appointments,
    consultation_list,
    consultation_notes,
    consultations,
    decisions,
    late,
    scale_totals,
)
from services.scheduling.store.consultation_list import EarlierAppointment, ListedConsultation, SeenRisk
from services.scheduling.store.consultation_notes import SealedNote
from services.scheduling.store.consultations import ConsultationNotFound
from services.scheduling.store.late import GivenUp
from services.scheduling.store.staff_names import staff_names
from services.scheduling.use_cases.say_late import nearest_times
from shared.clock import Clock
from shared.database import Database
from shared.keyring import Keyring
from shared.keyring.ciphers import PatientCipher
from shared.settings import Settings
from shared.web.staff_session import StaffSession
from shared.web.templating import Pages

MOST_OTHERS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """One consultation as it is stored; what is sealed is still sealed."""

    row: ListedConsultation
    consultation: Consultation
    appointment: Appointment | None
    decisions: list[Decision]
    notes: list[SealedNote]
    risks: tuple[SeenRisk, ...]
    totals: list[ScaleTotal]
    others: list[EarlierAppointment]
    names: dict[UUID, str]
    given_up: GivenUp | None


@dataclass(frozen=True, slots=True)
class OneConsultation:
    id: UUID
    staff: StaffSession
    pages: Pages
    database: Database
    keyring: Keyring
    settings: Settings
    clock: Clock

    @property
    def clinic_id(self) -> UUID:
        return self.settings.clinic.id

    @property
    def address(self) -> str:
        return f"/staff/consultations/{self.id}"

    async def look(self) -> Found:
        """Raises ConsultationNotFound."""
        async with self.database.transaction(read_only=True) as tx:
            row = await consultation_list.find(tx, self.clinic_id, self.id)
            consultation = await consultations.of_request(tx, row.request_id) if row else None
            if row is None or consultation is None:
                raise ConsultationNotFound(self.id)
            decided = await decisions.of_consultation(tx, self.id)
            notes = await consultation_notes.of_consultation(tx, self.id)
            given_up = await late.given_up(tx, consultation)
            totals = await scale_totals.newest(tx, self.clinic_id, [row.patient_id], tx.now)
            return Found(
                row=row,
                consultation=consultation,
                appointment=await appointments.look_at(tx, self.id),
                decisions=decided,
                notes=notes,
                risks=tuple(await consultation_list.risks_of(tx, row.patient_id)),
                totals=totals.get(row.patient_id, []),
                others=await consultation_list.others_of(tx, row, most=MOST_OTHERS),
                names=await staff_names(tx, [given_up and given_up.by, *(one.by for one in (*decided, *notes))]),
                given_up=given_up,
            )

    async def _nearest(self, found: Found) -> list[datetime]:
        async with self.database.transaction(read_only=True) as tx:
            return await nearest_times(tx, found.consultation, found.row.starts_at)

    async def key(self, found: Found) -> PatientCipher | None:
        return await key_of(self.keyring, found.row.patient_id)

    async def show(
        self,
        found: Found,
        *,
        template: str = "consultation.html",
        status: int = 200,
        errors: dict[str, str] | None = None,
        typed: dict[str, Any] | None = None,
        overtaken: bool = False,
    ) -> Response:
        row, now = found.row, self.clock.now()
        names = await open_names(self.keyring, [(row.patient_id, row.contact)])
        cipher = await self.key(found)
        treats = sees_scores(self.staff)
        return self.pages.page(
            template,
            status=status,
            staff=self.staff,
            address=self.address,
            found=found,
            row=row,
            name=names.name(row.patient_id, row.reference),
            names_away=names.away,
            state=consultation_chip(row, waits=waits_for_decision(row, now)),
            late=LATE.get(row.state) if row.is_late(now) else None,
            nearest=await self._nearest(found) if row.is_late(now) else [],
            given_up_words=GIVEN_UP,
            treats=treats,
            may_decide=may_decide(self.staff.roles),
            may_book=changes_bookings(self.staff) and found.consultation.can_be_given_a_time,
            can_decide=can_be_decided(found.consultation, found.appointment, now),
            decisions=open_decisions(cipher, found.decisions) if treats else [],
            notes=open_notes(cipher, row.id, found.notes) if treats else [],
            scores=totals_in_words(found.totals) if treats else "",
            unreadable=UNREADABLE,
            risk_words=RISKS,
            outcomes=outcome_choices(),
            decision_words=DECISIONS,
            reason_words=DECISION_REASONS,
            because_words=AMENDED_BECAUSE,
            next_words=NEXT,
            errors=errors or {},
            typed=typed or {},
            overtaken=overtaken,
        )


async def _one_consultation(consultation_id: UUID, staff: OurStaff, request: Request) -> OneConsultation:
    state = request.app.state
    return OneConsultation(
        consultation_id, staff, state.pages, state.database, state.keyring, state.settings, state.clock
    )


TheConsultation = Annotated[OneConsultation, Depends(_one_consultation)]
