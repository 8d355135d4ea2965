"""The clinic's part: sign in, find the request, decide after the consultation, book a session by hand, record its end."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from operations.player.browser import Browser, Form, Page, Unexpected
from operations.player.patient import Request

QUARTER = timedelta(minutes=15)
LENGTH = timedelta(hours=2)
"""At least as long as a session is planned."""
PATIENT_STAYS = timedelta(minutes=80)
DAYS_BACK = 15
REFUSED = 409
MOST_OPENED = 10
SOONEST = 2
"""Minutes ahead: what is over when it arrives is refused."""
HOURS_TRIED = 6


async def sign_in(staff: Browser, email: str, password: str) -> None:
    """Raises Unexpected when the sign-in is refused."""
    page = await staff.open("/staff/sign-in")
    entered = await staff.send(page.form(having="password").fill(email=email, password=password))
    if not entered.path.startswith("/staff/inbox"):
        raise Unexpected(f"signing in as {email} led to {entered.path}")


async def find(staff: Browser, reference: str) -> dict[str, str]:
    """The request's ids, by its reference."""
    return await staff.json(f"/staff/requests/references/{reference}")


async def open_from_inbox(staff: Browser, request_id: str) -> None:
    """Opens items, newest first, until one is the request. Raises Unexpected when none is."""
    inbox = await staff.open("/staff/inbox")
    for link in re.findall(r'href="(/staff/inbox/[0-9a-f-]{36}/open)"', inbox.text)[:MOST_OPENED]:
        if request_id in (await staff.open(link)).path:
            return
    raise Unexpected(f"none of the newest {MOST_OPENED} items of the inbox leads to the request")


async def acknowledge_first(staff: Browser) -> bool:
    """Acknowledges what stands on top of the inbox, a risk if there is one; False when nothing does."""
    inbox = await staff.open("/staff/inbox")
    if "/acknowledge" not in inbox.text:
        return False
    await staff.send(inbox.form(action="/acknowledge"))
    return True


async def receive(staff: Browser, request_id: str, now: datetime, zone: str) -> None:
    """The patient is at the desk, be it before their time. Who comes on another day is moved to this one first."""
    consultation = await staff.open(f"/staff/consultations/of/{request_id}")
    found = re.search(r'href="(/staff/appointments/[0-9a-f-]{36})"', consultation.text)
    if found is None:
        raise Unexpected(f"{consultation.path} leads to no appointment")
    page = await staff.open(found[1])
    if "/arrival" not in page.text:
        page = await _move_to_now(staff, page, now, zone)
    await staff.send(page.form(action="/arrival"))


async def _move_to_now(staff: Browser, page: Page, now: datetime, zone: str) -> Page:
    """To the next time that nobody else has, whatever the clinic's hours say: she is here."""
    for later in range(SOONEST, SOONEST + HOURS_TRIED * 60, 15):
        wanted = (now + timedelta(minutes=later)).astimezone(ZoneInfo(zone))
        form = page.form(action="/move").fill(date=f"{wanted:%Y-%m-%d}", time=f"{wanted:%H:%M}")
        moved = await staff.send(form, may_refuse=REFUSED)
        if moved.status == REFUSED and "override" in (refused := moved.form(action="/move")).offered:
            moved = await staff.send(refused.fill(override="patient-needs-it"), may_refuse=REFUSED)
        if moved.status != REFUSED:
            return moved
    raise Unexpected(f"{page.path} can be moved nowhere near")


async def decide(clinician: Browser, request_id: str) -> None:
    """Suitable; sent twice, as tired hands do."""
    consultation = await clinician.open(f"/staff/consultations/of/{request_id}")
    decision = consultation.form(action="/decision").fill(
        outcome="suitable/meets-criteria", note="Two trials without effect. Wishes treatment."
    )
    await clinician.send(decision)
    await clinician.send(decision)


@dataclass(frozen=True, slots=True)
class BookedSession:
    """Its page, and when it was planned to begin."""

    path: str
    starts_at: datetime


async def book_session(staff: Browser, request: Request, now: datetime, zone: str) -> BookedSession:
    """Asks for the next quarter of an hour; takes the nearest other time when that is refused."""
    wanted = _on_the_quarter(now + QUARTER, zone)
    page = await _ask_for(staff, request, wanted)
    for _ in range(3):
        if page.status != REFUSED:
            return BookedSession(page.path, wanted)
        form = page.form(having="prescriber")
        wanted, value = next(iter(_offered(form).items()))
        page = await staff.send(form.press("instead", value), may_refuse=REFUSED)
    raise Unexpected("no time for a session could be booked")


async def enter_paper_session(staff: Browser, request: Request, now: datetime, zone: str) -> BookedSession:
    """One that is over, as on the evening of a day on paper: the latest time that can be booked and has passed.

    So it works at any hour of any day: opening hours lie behind at a weekend, too.
    """
    over = now - LENGTH
    today = now.astimezone(ZoneInfo(zone)).replace(hour=13, minute=0, second=0, microsecond=0)
    for wanted in (_on_the_quarter(over, zone), *(today - timedelta(days=back) for back in range(1, DAYS_BACK))):
        page = await _ask_for(staff, request, wanted)
        if page.status != REFUSED:
            return BookedSession(page.path, wanted)
        form = page.form(having="prescriber")
        for offered, value in reversed(_offered(form).items()):
            if offered > over:
                continue
            page = await staff.send(form.press("instead", value), may_refuse=REFUSED)
            if page.status != REFUSED:
                return BookedSession(page.path, offered)
    raise Unexpected(f"no time of the last {DAYS_BACK} days could be booked")


async def _ask_for(staff: Browser, request: Request, wanted: datetime) -> Page:
    return await staff.send(await _filled_in(staff, request.reference, wanted), may_refuse=REFUSED)


async def session_form(staff: Browser, reference: str, at: datetime, zone: str) -> Form:
    """The form of a new session for the patient of this request, filled in for the quarter of an hour before `at`."""
    return await _filled_in(staff, reference, _on_the_quarter(at, zone))


async def _filled_in(staff: Browser, reference: str, wanted: datetime) -> Form:
    form = (await staff.open(f"/staff/sessions/new?find={reference}")).form(having="prescriber")
    return form.fill(
        prescriber=next(value for value in form.options["prescriber"].values() if value),
        date=f"{wanted:%Y-%m-%d}",
        time=f"{wanted:%H:%M}",
    )


def _on_the_quarter(at: datetime, zone: str) -> datetime:
    """The quarter of an hour before, on the clinic's clock."""
    local = at.astimezone(ZoneInfo(zone))
    return local - timedelta(minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond)


def _offered(form: Form) -> dict[datetime, str]:
    """The other times of a refusal, in order, and the button's value of each. Raises Unexpected when there is none."""
    offered = {datetime.fromisoformat(value): value for name, value in form.buttons if name == "instead"}
    if not offered:
        raise Unexpected("no other time was offered")
    return offered


async def record_session(staff: Browser, session: BookedSession, zone: str) -> None:
    """Records that it went as planned; sends the record twice, as tired hands do."""
    ended_at = session.starts_at.astimezone(UTC) + PATIENT_STAYS
    record = await record_form(staff, session.path, ended_at, zone, PATIENT_STAYS)
    await staff.send(record)
    await staff.send(record)


async def record_form(
    staff: Browser, session: str, ended_at: datetime, zone: str, lasted: timedelta = timedelta(minutes=50)
) -> Form:
    """The record of a session that ended then, filled in."""
    began, ended = (at.astimezone(ZoneInfo(zone)) for at in (ended_at.astimezone(UTC) - lasted, ended_at))
    page = await staff.open(f"{session}/record")
    return page.form(having="started_at").fill(
        started_at=f"{began:%Y-%m-%dT%H:%M}",
        ended_at=f"{ended:%Y-%m-%dT%H:%M}",
        outcome="full",
        worst_severity="mild",
        dose_mg="38.5",
    )
