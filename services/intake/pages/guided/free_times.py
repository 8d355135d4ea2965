"""The place for free times on the page that asks when: what it needs to have one kept, which is scheduling's to do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request

from services.intake.callers import shares_of
from services.intake.domain.contact_rules import clean_email, clean_phone, region_of
from services.intake.domain.guided.accept import kept_time
from services.intake.pages.guided.opened import Opened
from shared.web.hold_ticket import HoldTicketSigner

WHEN = "when"


def free_times(
    request: Request, opened: Opened, sent: Mapping[str, str], *, times_away: bool = False
) -> dict[str, Any]:
    """`sent` is what came back with a browser without scripts that has chosen a time, or what the form held. `times_away`:
    scheduling does not answer."""
    state = request.app.state
    kept = kept_time({name: [value] for name, value in sent.items()}) or kept_time(opened.walk.answers.values(WHEN))
    slot, until = (datetime.fromisoformat(kept[name][0]) if kept else None for name in ("slot", "kept_until"))
    return {
        "ticket": hold_ticket(request, opened),
        "kept_time": kept,
        "slot": slot,
        "kept_until": until if until and until > state.clock.now() else None,
        "times_away": times_away,
        "fragment": False,
    }


def hold_ticket(request: Request, opened: Opened) -> str:
    """With which scheduling keeps a time. Counted by the contacts of the request, as its share of the calendar is."""
    state, answers = request.app.state, opened.walk.answers
    region = region_of(state.settings.clinic.phone)
    email, mobile = answers.one("contact", "email"), answers.one("contact", "mobile")
    counted = shares_of(request).counted_as(
        clean_email(email) if email else None, clean_phone(mobile, region) if mobile else None
    )
    signer = HoldTicketSigner.from_settings(state.settings, state.clock)
    return signer.sign(
        request_id=opened.draft.request_id,
        patient_id=opened.draft.patient_id,
        contacts=[contact for contact in counted if contact],
    )
