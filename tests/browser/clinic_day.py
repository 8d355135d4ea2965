"""A clinic with something on every page: people who asked, sessions behind and ahead, somebody at risk, an invitation."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from operations.demo_clinic import demo_clinic
from operations.player import patient, staff, timeline
from operations.player.browser import Browser, Unexpected
from operations.player.patient import Request
from operations.stack.home import Running
from services.scheduling.domain.clinic import ResourceKind
from shared.ids import uuid7
from tests.browser import walking
from tests.browser.open_days import clock_set_back, open_day

PATIENCE = 60.0
EVERYBODY = {"session-completed": {"intake", "notifications"}}
ADMINISTRATOR = "ada.lindqvist@ternstreet.example"
CLINICIAN = "amara.voss@ternstreet.example"
INVITATION, PERSON = r"/staff/sign-in/invitation/[\w-]+", r"/staff/people/[0-9a-f-]{36}"
ONE_REQUEST = r"/staff/requests/[0-9a-f]{8}-[0-9a-f-]{27}"
AMARA, JONAH = "Dr. Amara Voss", "Dr. Jonah Ravel"


@dataclass(frozen=True, slots=True)
class Asks:
    """One person on the public form."""

    name: str
    reasons: tuple[str, ...]
    weekdays: tuple[str, ...] = ()
    day_parts: tuple[str, ...] = ()


SCHEDULED = Asks("Ines Calloway", ("depression", "anxiety"), ("tuesday", "thursday"), ("morning",))
WITHDRAWS = Asks("Tomasz Wilk", ("ocd",), ("friday",))
OTHERS = (
    Asks("Mira Halloran", ("ptsd", "anxiety"), ("monday",), ("afternoon",)),
    Asks("Samir Okafor", ("chronic-pain",)),
    Asks("ليلى حدّاد", ("depression",), (), ("morning",)),
    Asks("Zoë O’Shea", ("substance-use",), ("wednesday", "friday")),
)
HELD = Asks("Anneke de Vries", ("anxiety",), ("monday",))
"""Her browser filled in the field that people do not see."""
SCREENED, UNSENT = "Leah Brandt", "Pola Wirth"
AT_RISK = Asks("Noor Haddad", ("depression", "suicidal-ideation"))


async def play_a_day(running: Running) -> dict[str, str]:
    """Through HTTP, as people do it. Returns what the addresses in `pages.py` need, by the names used there."""
    now = datetime.now(UTC)
    over, ahead = open_day(now, -1, 9), open_day(now, 1, 9)
    async with Browser(running.url) as patients, Browser(running.url) as desk:
        await staff.sign_in(desk, running.staff_email, running.staff_password)
        scheduled, withdrawn, *others = [await _ask(patients, one) for one in (SCHEDULED, WITHDRAWS, *OTHERS)]
        for request in (scheduled, withdrawn, *others):
            await patient.wait_for(patients, request, "scheduled", PATIENCE)
        await patient.withdraw(patients, withdrawn)
        await _enter_caller(desk)
        calls = {
            "call": await _call(desk, "Wilhelmina Osei"),
            "call_es": await _call(desk, "Ignacio Prado", language="es"),
            "call_risk": await _call(desk, "Perla Quintero", "suicidal-ideation"),
        }
        held = await _ask_like_a_program(patients, HELD)
        sessions = {
            "recorded": await _book(desk, scheduled, over, AMARA),
            "unrecorded": await _book(desk, others[0], over, JONAH),
            "ahead": await _book(desk, others[1], ahead, AMARA),
            "cancelled": await _book(desk, others[2], ahead, JONAH),
        }
        await _record(desk, sessions["recorded"], over)
        await _cancel(desk, sessions["cancelled"])
        risk = await _ask(patients, AT_RISK)
        known = await staff.find(desk, scheduled.reference)
        await timeline.settled(desk, known["patient_id"], known["requested_at"], EVERYBODY, PATIENCE)
        at_risk = await staff.find(desk, risk.reference)
        waits = await staff.find(desk, await _reference_of(patients, held))
        screened = await staff.find(desk, await _reference_of(patients, await _go_page_by_page(patients)))
        await walking.walk(patients, UNSENT, _mailbox(), "depression", until="screener-wish")
        unsent = re.search(ONE_REQUEST, (await desk.open("/staff/requests?view=unsent")).text)
        if unsent is None:
            raise Unexpected("nobody is still filling in their request")
    return {
        "mine": scheduled.page.removeprefix(running.url),
        "gone": withdrawn.page.removeprefix(running.url),
        "crisis": risk.page.removeprefix(running.url),
        "request": f"/staff/requests/{known['request_id']}",
        "at_risk": f"/staff/requests/{at_risk['request_id']}",
        "consultation": f"/staff/consultations/of/{at_risk['request_id']}",
        "held": f"/staff/requests/{waits['request_id']}",
        "screened": f"/staff/requests/{screened['request_id']}",
        "unsent": unsent[0],
        "booking": f"/staff/sessions/new?patient={known['patient_id']}",
        "day": f"{ahead:%Y-%m-%d}",
        "twice": f"{clock_set_back(now):%Y-%m-%d}",
        "amara": str(demo_clinic().of_kind(ResourceKind.CLINICIAN)[0].id),
        **sessions,
        **calls,
        **await _invite(running),
        **await _change_rules(running),
        **await _change_protocol(running),
    }


async def _ask(patients: Browser, one: Asks) -> Request:
    form = await patients.json("/api/consultation-requests/form")
    key = str(uuid7())
    body: dict[str, object] = {
        "name": one.name,
        "email": f"{key[-12:]}@example.com",
        "mobile": f"(303) 555-01{int(key[-4:], 16) % 100:02}",  # one number for all would be more than its share
        "reasons": one.reasons,
        "wishes": {"weekdays": one.weekdays, "day_parts": one.day_parts},
        "consents": [wording["version"] for wording in form["wordings"] if wording["channel"] != "sms"],
    }
    said = (await patients.post_json("/api/consultation-requests", body, key)).json()
    links = said["links"]
    return Request(said["reference"], links["status"], links["withdrawal"], links["page"])


async def _ask_like_a_program(patients: Browser, one: Asks) -> str:
    """By the form; the address of the page behind the link."""
    form = (
        (await patients.open("/request/short"))
        .form(having="website")
        .fill(
            name=one.name,
            email=f"{uuid7().hex[-12:]}@example.com",
            reasons=list(one.reasons),
            weekdays=list(one.weekdays),
            consents=["contact-email-1"],
            website="https://example.com",
        )
    )
    return (await patients.send(form)).path


async def _go_page_by_page(patients: Browser) -> str:
    """Somebody whose answers are screened; the address of the page behind the link."""
    check = await walking.walk(patients, SCREENED, _mailbox(), "depression", until="check")
    return (await walking.send(patients, check)).path


def _mailbox() -> str:
    return f"{uuid7().hex[-12:]}@example.com"


async def _reference_of(patients: Browser, page: str) -> str:
    return (await patients.json(page.replace("/r/", "/api/consultation-requests/")))["reference"]


async def _enter_caller(desk: Browser) -> None:
    """Somebody with neither e-mail nor mobile."""
    page = await desk.open("/staff/requests/new")
    await desk.send(page.form(having="reasons").fill(name="Walter Brandt", reasons=["chronic-pain"]))


async def _call(desk: Browser, name: str, *reasons: str, language: str = "en") -> str:
    """Begun with a caller, and left where health is asked about: the address of that page."""
    page = await desk.send(
        (await desk.open("/staff/requests/calls")).form(action="/staff/requests/calls").press("language", language)
    )
    for typed in (
        {"who": "self"},
        {"born_year": "1961", "born_month": "3", "born_day": "4"},
        {"name": name},
        {"email": f"{uuid7().hex[-12:]}@example.com", "language": language},
        {"reasons": list(reasons) or ["depression"]},
    ):
        page = await desk.send(page.form(having="revision").fill(**typed))
    return page.path


async def _book(desk: Browser, request: Request, start: datetime, prescriber: str) -> str:
    """The address of the session. Takes the nearest other time where this one is taken."""
    form = (await desk.open(f"/staff/sessions/new?find={request.reference}")).form(having="prescriber")
    wish = form.fill(
        prescriber=form.option("prescriber", prescriber),
        date=f"{start:%Y-%m-%d}",
        time=f"{start:%H:%M}",
    )
    page = await desk.send(wish, may_refuse=staff.REFUSED)
    if page.status == staff.REFUSED:
        page = await desk.send(page.form(having="prescriber").press("instead"))
    return page.path


async def _record(desk: Browser, session: str, start: datetime) -> None:
    page = await desk.open(f"{session}/record")
    wrote = page.form(having="started_at").fill(
        started_at=f"{start:%Y-%m-%dT%H:%M}",
        ended_at=f"{start + timedelta(minutes=85):%Y-%m-%dT%H:%M}",
        outcome="full",
        worst_severity="mild",
        dose_mg="38.5",
    )
    await desk.send(wrote)


async def _cancel(desk: Browser, session: str) -> None:
    await desk.send((await desk.open(session)).form(having="reason").fill(reason="patient-unwell"))


async def _invite(running: Running) -> dict[str, str]:
    """A nurse who has not set her password yet."""
    async with Browser(running.url) as admin:
        await staff.sign_in(admin, ADMINISTRATOR, running.staff_password)
        form = (await admin.open("/staff/people/invite")).form(having="roles")
        email = f"juno.{uuid7().hex[-8:]}@ternstreet.example"
        made = await admin.send(form.fill(name="Juno Marsh", email=email, roles=["nurse"]))
        people = (await admin.open("/staff/people")).text
    link, person = re.search(INVITATION, made.text), re.search(PERSON, people)
    if link is None or person is None:
        raise Unexpected("no invitation, or nobody to change")
    return {"invitation": link[0], "person": person[0]}


async def _change_rules(running: Running) -> dict[str, str]:
    """A version of the screening rules that is in force, and a draft after it."""
    async with Browser(running.url) as clinician:
        await staff.sign_in(clinician, CLINICIAN, running.staff_password)
        first = await _draft_rules(clinician, 1, "liver", yes="hard-stop")
        approved = await clinician.send((await clinician.open(first)).form(action="/approve"))
        number = int(approved.path.rpartition("/")[2])
        draft = await _draft_rules(
            clinician, number, "breathing", staff="Severe lung disease or sleep apnea: ask for the last sleep study."
        )
    return {"draft": draft, "approved": approved.path, "after": draft.rpartition("/")[2]}


async def _draft_rules(clinician: Browser, base: int, item: str, **changes: str) -> str:
    """The address of a draft in which one item differs."""
    rules = await clinician.open(f"/staff/requests/screening/{base}")
    draft = (await clinician.send(rules.form(action="/draft"))).path
    form = (await clinician.open(f"{draft}/items/{item}")).form(having="seen")
    await clinician.send(form.fill(**changes))
    return draft


async def _change_protocol(running: Running) -> dict[str, str]:
    """A version of the follow-up protocol that is in force, and a draft after it."""
    async with Browser(running.url) as clinician:
        await staff.sign_in(clinician, CLINICIAN, running.staff_password)
        first = await _draft_protocol(clinician, "1", "44")
        approved = await clinician.send((await clinician.open(first)).form(action="/approve"))
        draft = await _draft_protocol(clinician, approved.path.rpartition("/")[2], "30")
    return {"protocol": approved.path, "protocol_draft": draft, "protocol_after": draft.rpartition("/")[2]}


async def _draft_protocol(clinician: Browser, base: str, hours: str) -> str:
    """The address of a draft that asks after so many hours."""
    shown = await clinician.open(f"/staff/requests/protocol/{base}")
    draft = (await clinician.send(shown.form(action="/draft"))).path
    form = (await clinician.open(f"{draft}/edit")).form(having="seen")
    await clinician.send(form.fill(hours_after=hours))
    return draft
