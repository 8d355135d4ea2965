"""Intake: people, consent, requests and risk. The only file that knows all of its parts."""

from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from services.intake.api import (
    asked_questions,
    change_ticket,
    draft_pause,
    draft_sending,
    draft_times,
    drafts,
    people,
    problem_catalogue,
    proofs,
    rules_health,
)
from services.intake.api import consultation_requests as api
from services.intake.api import questionnaire as questionnaire_api
from services.intake.domain.guided.unsent import DraftUnknown
from services.intake.domain.questionnaire.questionnaire import QuestionnaireUnknown
from services.intake.pages import (
    asked_pages,
    embedded,
    more_questions,
    my_request,
    problem_pages,
    request_form,
    site_for_programs,
    site_pages,
    staff_ask,
    staff_contact,
    staff_decline,
    staff_new_request,
    staff_protocol,
    staff_protocol_edit,
    staff_references,
    staff_request,
    staff_requests,
    staff_screening,
    staff_screening_item,
    staff_story,
    staff_totals,
)
from services.intake.pages.caller import calls, pausing
from services.intake.pages.caller import questions as caller_questions
from services.intake.pages.caller import sending as caller_sending
from services.intake.pages.guided import later, questions, sending, start, to_free_times
from services.intake.pages.questionnaire import pages as questionnaire
from services.intake.pages.site import Site
from services.intake.problems import LinkExpired, LinkUnknown
from services.intake.reactions import (
    alert_acknowledged,
    consultation_cancelled,
    consultation_completed,
    consultation_missed,
    consultation_scheduled,
    consultation_waitlisted,
    session_completed,
    staff_changed,
)
from services.intake.settings import IntakeSettings
from services.intake.store import contact_shares
from services.intake.store.site_texts import SHIPPED
from services.intake.store.texts_in_use import TextsInUse
from services.intake.use_cases.ask_scales import Asking, ask_scales
from services.intake.use_cases.erase_abandoned import erase_abandoned
from services.intake.use_cases.mark_patients import mark_patients
from shared.clock import Clock
from shared.database import Database
from shared.database.due import Timer
from shared.keyring.blind_index import BlindIndex
from shared.service import Running, Service
from shared.settings import FurtherClinic, Settings
from shared.web.framing import Framing
from shared.web.idempotency import forget_answers


async def _forget(database: Database) -> int:
    async with database.transaction() as tx:
        return await contact_shares.forget_old(tx) + await forget_answers(tx)


def _timers(running: Running) -> list[Timer]:
    untouched = timedelta(days=IntakeSettings().abandoned_request_days)

    async def erase(database: Database) -> int:
        return await erase_abandoned(database, running.keyring, untouched)

    index = BlindIndex.from_settings(running.settings, "intake")

    async def mark(database: Database) -> int:
        await mark_patients(database, running.keyring, index)
        return 0  # at its own pace, also when the door is flooded

    asking = Asking(timedelta(days=IntakeSettings().questionnaire_link_days), running.settings.public_url)

    async def ask(database: Database) -> int:
        return await ask_scales(database, running.keyring, asking)

    return [
        Timer("forget", 3600, _forget),
        Timer("erase_abandoned", 3600, erase),
        Timer("mark_patients", 2, mark),
        Timer("ask_scales", 5, ask),
    ]


def _finish(app: FastAPI, settings: Settings) -> None:
    clinic = settings.clinic if isinstance(settings.clinic, FurtherClinic) else IntakeSettings()
    app.add_exception_handler(DraftUnknown, start.ended)
    for no_link in (LinkUnknown, LinkExpired):
        app.add_exception_handler(no_link, my_request.ended)
    app.add_exception_handler(QuestionnaireUnknown, questionnaire.unknown)
    app.add_middleware(Framing, parents=clinic.embed_parents)
    own = clinic.site_texts
    app.state.site = Site(TextsInUse([SHIPPED, *([own] if own else [])]), app.state.pages, settings)
    app.state.frame_in = app.state.site.frame_in


SERVICE = Service(
    name="intake",
    title="Chairside intake",
    home=Path(__file__).parent,
    routers=[
        api.router,  # first, because the most requests are for it
        drafts.router,
        draft_sending.router,
        draft_times.router,
        draft_pause.router,
        asked_questions.router,
        questionnaire_api.router,
        change_ticket.router,
        problem_catalogue.router,
        problem_pages.router,
        embedded.router,
        site_pages.router,
        site_for_programs.router,
        request_form.router,
        sending.router,
        later.router,
        to_free_times.router,
        questions.router,
        start.router,  # last of these: its addresses would also fit the others
        more_questions.router,
        asked_pages.router,
        my_request.router,
        questionnaire.router,
        staff_requests.router,
        staff_references.router,
        staff_screening.router,
        staff_screening_item.router,
        staff_protocol.router,
        staff_protocol_edit.router,
        staff_new_request.router,
        calls.router,
        pausing.router,
        caller_sending.router,
        caller_questions.router,  # last of these: its addresses would also fit the others
        staff_request.router,
        staff_totals.router,
        staff_ask.router,
        staff_decline.router,
        staff_contact.router,
        staff_story.router,
        rules_health.router,
        proofs.router,
        people.router,
    ],
    reactions=[
        consultation_scheduled.reactions,
        consultation_cancelled.reactions,
        consultation_missed.reactions,
        consultation_completed.reactions,
        consultation_waitlisted.reactions,
        session_completed.reactions,
        alert_acknowledged.reactions,
        staff_changed.reactions,
    ],
    timers=_timers,
    finish=_finish,
)


def build(settings: Settings, *, clock: Clock | None = None, messaging: bool = True) -> FastAPI:
    """The service as an ASGI app. Without `messaging` it serves HTTP only.

    Raises TextsUnreadable when the texts of the public site are not as they must be.
    """
    return SERVICE.build(settings, clock=clock, messaging=messaging)
