"""Scheduling: the clinic, its appointments and sessions. The only file that knows all of its parts."""

from pathlib import Path

from fastapi import FastAPI

from services.scheduling.api import (
    appointments,
    attendance_links,
    calendar,
    change_links,
    holds,
    offers,
    revisions,
    rules_health,
    slots,
    staff_appointments,
    staff_presses,
)
from services.scheduling.api.fhir import operations, search
from services.scheduling.api.fhir.outcome import OPERATION_OUTCOME
from services.scheduling.domain.attendance import AttendanceLinkUnknown
from services.scheduling.domain.change import ChangeLinkUnknown
from services.scheduling.pages import (
    amend_record,
    appointment,
    board,
    board_find,
    board_week,
    book_consultation,
    calendars,
    change,
    clinic,
    clinic_change,
    clinic_stranded,
    coming,
    consultation,
    consultations,
    free_times,
    move,
    new_session,
    offer,
    record_session,
    sessions,
    urgency,
    urgency_edit,
    waiting_list,
    waiting_one,
)
from services.scheduling.reactions import (
    consultation_request,
    patient_contact,
    questionnaire,
    risk_raised,
    staff_changed,
)
from services.scheduling.use_cases.answer_offer import let_offers_lapse
from services.scheduling.use_cases.attendance_links import forget_attendance_links
from services.scheduling.use_cases.change_links import forget_change_links
from services.scheduling.use_cases.let_holds_lapse import forget_holds, tidy_holds
from services.scheduling.use_cases.offer_links import forget_offer_links
from services.scheduling.use_cases.review_waiting_list import review_waiting_list
from services.scheduling.use_cases.say_late_again import say_late_again
from services.scheduling.use_cases.see_questions_again import look_at_questions_again
from shared.clock import Clock
from shared.database import Database
from shared.database.due import Timer
from shared.service import Service
from shared.settings import Settings
from shared.web.idempotency import forget_answers


async def _forget_answers(database: Database) -> int:
    async with database.transaction() as tx:
        return await forget_answers(tx)


def _finish(app: FastAPI, _: Settings) -> None:
    app.add_exception_handler(ChangeLinkUnknown, change.unknown)
    app.state.problem_shapes = {"/fhir": OPERATION_OUTCOME}
    app.add_exception_handler(offer.LinkLeadsNowhere, offer.unknown)
    app.add_exception_handler(AttendanceLinkUnknown, coming.unknown)
    app.add_exception_handler(move.MoveLinkLeadsNowhere, move.unknown)


SERVICE = Service(
    name="scheduling",
    title="Chairside scheduling",
    home=Path(__file__).parent,
    # `new` stands before `{session_id}`, which would take the word for an id.
    routers=[
        board.router,
        board_find.router,
        board_week.router,
        new_session.router,
        record_session.router,
        amend_record.router,
        sessions.router,
        calendars.router,
        calendar.router,
        operations.router,  # before `/fhir/Appointment/{id}`, whose address would also fit them
        search.router,
        appointment.router,
        clinic.router,
        clinic_stranded.router,  # before `/staff/clinic/{name}`, which would take the word for a form
        clinic_change.router,
        book_consultation.router,  # before `of/{request_id}` and the ids of `consultation`
        urgency.router,
        urgency_edit.router,
        rules_health.router,
        consultations.router,  # its `list` and `live` before the ids of `consultation`
        consultation.router,
        revisions.router,
        slots.router,
        holds.router,
        appointments.router,
        staff_appointments.router,  # after the words of patients, which would fit an id
        staff_presses.router,
        free_times.router,
        change_links.router,
        waiting_list.router,
        waiting_one.router,  # after it, whose addresses would also fit
        offers.router,
        offers.internal,
        offer.router,
        attendance_links.router,
        coming.router,
        move.router,
        change.router,  # after `/a/times`, `/a/offer`, `/a/coming` and `/a/move`, whose addresses would also fit it
    ],
    reactions=[
        consultation_request.reactions,
        patient_contact.reactions,
        questionnaire.reactions,
        risk_raised.reactions,
        staff_changed.reactions,
    ],
    timers=lambda _: [
        Timer("review-waiting-list", 1.0, review_waiting_list),
        Timer("let-offers-lapse", 1.0, let_offers_lapse),
        Timer("say-late-again", 5.0, say_late_again),
        Timer("look-at-questions-again", 10.0, look_at_questions_again),
        Timer("tidy-holds", 1.0, tidy_holds),
        Timer("forget-holds", 3600, forget_holds),
        Timer("forget-change-links", 3600, forget_change_links),
        Timer("forget-offer-links", 3600, forget_offer_links),
        Timer("forget-attendance-links", 3600, forget_attendance_links),
        Timer("forget-answers", 3600, _forget_answers),
    ],
    finish=_finish,
)


def build(settings: Settings, *, clock: Clock | None = None, messaging: bool = True) -> FastAPI:
    """The service as an ASGI app. Without `messaging` it serves HTTP only."""
    return SERVICE.build(settings, clock=clock, messaging=messaging)
