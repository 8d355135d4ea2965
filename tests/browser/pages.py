"""Every page of the product, by whom it is for, and how it is brought to the state that is looked at."""

from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Page

Who = Literal["patient", "nobody", "front-desk", "clinician", "administrator", "mail"]


@dataclass(frozen=True, slots=True)
class Place:
    """`path` may hold names of `clinic_day.py`; `press` is a button to press there; `empty`: also worth a look in a
    clinic where nothing has happened yet."""

    name: str
    who: Who
    path: str
    press: str = ""
    empty: bool = False

    async def open(self, page: Page, url: str, known: dict[str, str]) -> None:
        await page.goto(url + self.path.format(**known))
        await _has_every_part(page)
        if self.press:
            async with page.expect_navigation():
                await page.get_by_role("button", name=self.press).click()
            await _has_every_part(page)


async def _has_every_part(page: Page) -> None:
    """Also those that come from other services."""
    await page.locator(".asks").first.wait_for(state="detached")


NOBODY = "01900000-0000-7000-8000-00000000dead"
PLACES = (
    Place("home", "patient", "/"),
    Place("home-es", "patient", "/info/es"),
    *(
        Place(f"{name}-{language}", "patient", f"/info/{language}/{name}")
        for language, names in (
            ("en", ("treatment", "visit", "suicidal-ideation", "chronic-pain", "costs")),
            ("es", ("course", "effects", "suicidal-ideation", "after", "questions")),
        )
        for name in names
    ),
    Place("ask", "patient", "/request/short"),
    Place("ask-error", "patient", "/request/short", press="Send my request"),
    Place("ask-error-es", "patient", "/request/short/es", press="Enviar mi solicitud"),
    Place("begin", "patient", "/request"),
    Place("begin-es", "patient", "/request/es"),
    Place("begin-error", "patient", "/request/en", press="Continue"),
    Place("request-ended", "patient", "/request/g/unknown/en/name"),
    Place("mine-scheduled", "patient", "{mine}"),
    Place("mine-withdrawn", "patient", "{gone}"),
    Place("mine-crisis", "patient", "{crisis}"),
    Place("mine-scheduled-es", "patient", "{mine}/es"),
    Place("mine-withdrawn-es", "patient", "{gone}/es"),
    Place("mine-crisis-es", "patient", "{crisis}/es"),
    Place("withdraw", "patient", "{mine}/withdraw"),
    Place("withdraw-es", "patient", "{mine}/es/withdraw"),
    Place("change", "patient", "{mine}", press="Choose another time"),
    Place("change-es", "patient", "{mine}/es", press="Elegir otra hora"),
    Place("change-link-unknown", "patient", "/a/unknown/en"),
    Place("change-link-unknown-es", "patient", "/a/unknown/es"),
    Place("offer-unknown", "patient", "/a/offer/unknown/en"),
    Place("offer-unknown-es", "patient", "/a/offer/unknown/es"),
    Place("coming-unknown", "patient", "/a/coming/unknown/en"),
    Place("coming-unknown-es", "patient", "/a/coming/unknown/es"),
    Place("move-unknown", "patient", "/a/move/unknown/en"),
    Place("move-unknown-es", "patient", "/a/move/unknown/es"),
    Place("link-unknown", "patient", "/r/unknown"),
    Place("link-unknown-es", "patient", "/r/unknown/es"),
    Place("missing", "patient", "/nowhere"),
    Place("missing-es", "patient", "/nowhere/es"),
    Place("sign-in", "nobody", "/staff/sign-in"),
    Place("sign-in-error", "nobody", "/staff/sign-in", press="Sign in"),
    Place("invitation", "nobody", "{invitation}"),
    Place("invitation-error", "nobody", "{invitation}", press="Set password"),
    Place("invitation-over", "nobody", "/staff/sign-in/invitation/over"),
    Place("signed-in-again", "front-desk", "/staff/session/done"),
    Place("inbox", "front-desk", "/staff/inbox", empty=True),
    Place("inbox-risk", "front-desk", "/staff/inbox?view=risk", empty=True),
    Place("inbox-done", "front-desk", "/staff/inbox?view=done", empty=True),
    Place("messages", "front-desk", "/staff/inbox/messages", empty=True),
    Place("messages-waiting", "front-desk", "/staff/inbox/messages?waiting=1"),
    Place("requests", "front-desk", "/staff/requests", empty=True),
    Place("requests-closed", "front-desk", "/staff/requests?view=closed", empty=True),
    Place("requests-decide", "front-desk", "/staff/requests?view=decide", empty=True),
    Place("requests-filtered", "front-desk", "/staff/requests?reason=anxiety&urgency=routine"),
    Place("requests-search-error", "front-desk", "/staff/requests", press="Find"),
    Place("request", "front-desk", "{request}"),
    Place("request-clinician", "clinician", "{request}"),
    Place("request-ask", "front-desk", "{request}/ask"),
    Place("request-ask-error", "front-desk", "{request}/ask", press="Send the questions"),
    Place("request-contact", "front-desk", "{request}/contact"),
    Place("request-decline", "clinician", "{request}/decline"),
    Place("request-decline-error", "clinician", "{request}/decline", press="Decline"),
    Place("request-at-risk", "front-desk", "{at_risk}"),
    Place("request-screened", "clinician", "{screened}"),
    Place("requests-unsent", "front-desk", "/staff/requests?view=unsent", empty=True),
    Place("request-unsent", "front-desk", "{unsent}"),
    Place("waiting-list", "front-desk", "/staff/waiting-list", empty=True),
    Place("waiting-list-way", "administrator", "/staff/waiting-list/way"),
    Place("clinic", "administrator", "/staff/clinic"),
    Place("clinic-hours-unchanged", "administrator", "/staff/clinic/hours", press="See what changes"),
    Place("clinic-absence-error", "administrator", "/staff/clinic/absences", press="See what changes"),
    Place("clinic-chairs", "administrator", "/staff/clinic/chairs"),
    Place("clinic-kind", "administrator", "/staff/clinic/kind?of=session"),
    Place("clinic-kind-drawn", "administrator", "/staff/clinic/kind?of=session", press="Draw it again"),
    Place(
        "clinic-kind-retired-error", "administrator", "/staff/clinic/retired-kind?of=session", press="See what changes"
    ),
    Place("clinic-history", "front-desk", "/staff/clinic/history"),
    Place("clinic-stranded", "front-desk", "/staff/clinic/stranded"),
    Place("questionnaire-unknown", "patient", "/q/unknown"),
    Place("questionnaire-unknown-es", "patient", "/q/unknown/es"),
    Place("request-held", "front-desk", "{held}"),
    Place("request-held-story", "administrator", "{held}/story"),
    Place("request-story", "administrator", "{request}/story"),
    Place("request-story-refused", "front-desk", "{request}/story"),
    Place("request-missing", "front-desk", f"/staff/requests/{NOBODY}"),
    Place("new-request", "front-desk", "/staff/requests/new"),
    Place("new-request-error", "front-desk", "/staff/requests/new", press="Save the request"),
    Place("calls", "front-desk", "/staff/requests/calls", empty=True),
    Place("call", "front-desk", "{call}"),
    Place("call-error", "front-desk", "{call}", press="Continue"),
    Place("call-es", "front-desk", "{call_es}"),
    Place("call-risk", "front-desk", "{call_risk}"),
    Place("call-contact", "front-desk", "{call}/../contact"),
    Place("call-pausing", "front-desk", "{call}/../later"),
    Place("call-pausing-risk", "front-desk", "{call_risk}/../later"),
    Place("screening", "front-desk", "/staff/requests/screening", empty=True),
    Place("screening-approved", "front-desk", "{approved}"),
    Place("screening-draft", "clinician", "{draft}"),
    Place("screening-item", "clinician", "{draft}/items/substance-misuse"),
    Place("screening-item-error", "clinician", "{draft}/items/new", press="Save in the draft"),
    Place("screening-compare", "front-desk", "/staff/requests/screening/compare?before=1&after={after}"),
    Place("protocol", "front-desk", "/staff/requests/protocol", empty=True),
    Place("protocol-approved", "front-desk", "{protocol}"),
    Place("protocol-draft", "clinician", "{protocol_draft}"),
    Place("protocol-edit", "clinician", "{protocol_draft}/edit"),
    Place("protocol-compare", "front-desk", "/staff/requests/protocol/compare?before=1&after={protocol_after}"),
    Place("board", "front-desk", "/staff/board?day={day}"),
    Place("board-today", "front-desk", "/staff/board", empty=True),
    Place("board-list", "front-desk", "/staff/board?day={day}&as=list"),
    Place("board-rooms", "front-desk", "/staff/board?day={day}&as=rooms"),
    Place("board-week", "front-desk", "/staff/board/week?day={day}"),
    Place("board-find-error", "front-desk", "/staff/board?day={day}", press="Find"),
    Place("board-error", "front-desk", "/staff/board?day=2026-02-30"),
    Place("consultations", "clinician", "/staff/consultations?whose=all", empty=True),
    Place("consultation", "clinician", "{consultation}"),
    Place("sessions", "front-desk", "/staff/sessions", empty=True),
    Place("session-ahead", "front-desk", "{ahead}"),
    Place("session-recorded", "front-desk", "{recorded}"),
    Place("session-cancelled", "front-desk", "{cancelled}"),
    Place("choose-patient", "front-desk", "/staff/sessions/new", empty=True),
    Place("choose-patient-error", "front-desk", "/staff/sessions/new?find=nobody"),
    Place("new-session", "front-desk", "{booking}"),
    Place("new-session-error", "front-desk", "{booking}", press="Book the session"),
    Place(
        "new-session-twice",
        "front-desk",
        "{booking}&date={twice}&time=01:30&prescriber={amara}",
        press="Book the session",
    ),
    Place("record", "front-desk", "{unrecorded}/record"),
    Place("record-error", "front-desk", "{unrecorded}/record", press="Save the record"),
    Place("amend", "front-desk", "{recorded}/record/amendment"),
    Place("calendars", "front-desk", "/staff/calendars", empty=True),
    Place("calendars-error", "administrator", "/staff/calendars", press="Make the address"),
    Place("people", "front-desk", "/staff/people"),
    Place("people-refused", "front-desk", "/staff/people/invite"),
    Place("people-administrator", "administrator", "/staff/people"),
    Place("invite", "administrator", "/staff/people/invite"),
    Place("invite-error", "administrator", "/staff/people/invite", press="Make the link"),
    Place("person", "administrator", "{person}"),
    Place("mail", "mail", "/", empty=True),
)
