"""Intake: people, consent, requests and risk. The only file that knows all of its parts."""

from pathlib import Path

from fastapi import FastAPI

from services.intake.api import consultation_requests as api
from services.intake.api import screening_health
from services.intake.pages import (
    my_request,
    request_form,
    site_for_programs,
    site_pages,
    staff_new_request,
    staff_references,
    staff_request,
    staff_requests,
    staff_screening,
    staff_screening_item,
    staff_story,
)
from services.intake.pages.site import Site
from services.intake.reactions import (
    alert_acknowledged,
    consultation_cancelled,
    consultation_scheduled,
    consultation_waitlisted,
    session_completed,
    staff_changed,
)
from services.intake.settings import IntakeSettings
from services.intake.store import contact_shares
from services.intake.store.site_texts import SHIPPED
from services.intake.store.texts_in_use import TextsInUse
from shared.clock import Clock
from shared.database import Database
from shared.database.due import Timer
from shared.service import Service
from shared.settings import Settings
from shared.web.idempotency import forget_answers


async def _forget(database: Database) -> int:
    async with database.transaction() as tx:
        return await contact_shares.forget_old(tx) + await forget_answers(tx)


SERVICE = Service(
    name="intake",
    title="Chairside intake",
    home=Path(__file__).parent,
    routers=[
        api.router,  # first, because the most requests are for it
        site_pages.router,
        site_for_programs.router,
        request_form.router,
        my_request.router,
        staff_requests.router,
        staff_references.router,
        staff_screening.router,
        staff_screening_item.router,
        staff_new_request.router,
        staff_request.router,
        staff_story.router,
        screening_health.router,
    ],
    reactions=[
        consultation_scheduled.reactions,
        consultation_cancelled.reactions,
        consultation_waitlisted.reactions,
        session_completed.reactions,
        alert_acknowledged.reactions,
        staff_changed.reactions,
    ],
    timers=lambda _: [Timer("forget", 3600, _forget)],
)


def build(settings: Settings, *, clock: Clock | None = None, messaging: bool = True) -> FastAPI:
    """The service as an ASGI app. Without `messaging` it serves HTTP only.

    Raises TextsUnreadable when the texts of the public site are not as they must be.
    """
    app = SERVICE.build(settings, clock=clock, messaging=messaging)
    own = IntakeSettings().site_texts
    app.state.site = Site(TextsInUse([SHIPPED, *([own] if own else [])]), app.state.pages, settings)
    return app
