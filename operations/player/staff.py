"""The clinic's part: sign in, find the request, book a session by hand, record its end."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from operations.player.browser import Browser, Form, Unexpected
from operations.player.patient import Request

QUARTER = timedelta(minutes=15)
REFUSED = 409
MOST_OPENED = 10


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


async def session_form(staff: Browser, reference: str, at: datetime, zone: str) -> Form:
    """The form of a new session for the patient of this request, filled in for the quarter of an hour before `at`."""
    wanted = at.astimezone(ZoneInfo(zone))
    wanted -= timedelta(minutes=wanted.minute % 15, seconds=wanted.second, microseconds=wanted.microsecond)
    form = (await staff.open("/staff/sessions/new")).form(having="prescriber")
    return form.fill(
        patient=form.option("patient", reference),
        prescriber=next(value for value in form.options["prescriber"].values() if value),
        date=f"{wanted:%Y-%m-%d}",
        time=f"{wanted:%H:%M}",
    )


async def book_session(staff: Browser, request: Request, now: datetime, zone: str) -> str:
    """Asks for the next quarter of an hour; takes the nearest other time when that is refused. Returns its address."""
    filled = await session_form(staff, request.reference, now + QUARTER, zone)
    page = await staff.send(filled, may_refuse=REFUSED)
    for _ in range(3):
        if page.status != REFUSED:
            return page.path
        page = await staff.send(page.form(having="prescriber").press("instead"), may_refuse=REFUSED)
    raise Unexpected("no time for a session could be booked")


async def record_session(staff: Browser, session: str, now: datetime, zone: str) -> None:
    """Records that it began 50 minutes ago and ended just now; sends the record twice, as tired hands do."""
    record = await record_form(staff, session, now, zone)
    await staff.send(record)
    await staff.send(record)


async def record_form(staff: Browser, session: str, ended_at: datetime, zone: str) -> Form:
    """The record of a session of 50 minutes that ended then, filled in."""
    ended = ended_at.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    page = await staff.open(f"{session}/record")
    return page.form(having="started_at").fill(
        started_at=f"{ended - timedelta(minutes=50):%Y-%m-%dT%H:%M}",
        ended_at=f"{ended:%Y-%m-%dT%H:%M}",
        outcome="full",
        worst_severity="mild",
        dose_mg="38.5",
    )
