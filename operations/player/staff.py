"""The clinic's part: sign in, find the request, book a session by hand, record its end."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from operations.player.browser import Browser, Unexpected
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


async def book_session(staff: Browser, request: Request, now: datetime, zone: str) -> str:
    """Asks for the next quarter of an hour; takes the nearest other time when that is refused. Returns its address."""
    wanted = (now + QUARTER).astimezone(ZoneInfo(zone))
    wanted -= timedelta(minutes=wanted.minute % 15, seconds=wanted.second, microseconds=wanted.microsecond)
    form = (await staff.open("/staff/sessions/new")).form(having="prescriber")
    filled = form.fill(
        patient=form.option("patient", request.reference),
        prescriber=next(value for value in form.options["prescriber"].values() if value),
        date=f"{wanted:%Y-%m-%d}",
        time=f"{wanted:%H:%M}",
    )
    page = await staff.send(filled, may_refuse=REFUSED)
    for _ in range(3):
        if page.status != REFUSED:
            return page.path
        page = await staff.send(page.form(having="prescriber").press("instead"), may_refuse=REFUSED)
    raise Unexpected("no time for a session could be booked")


async def record_session(staff: Browser, session: str, now: datetime, zone: str) -> None:
    """Records that it began 50 minutes ago and ended just now; sends the record twice, as tired hands do."""
    ended = now.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    page = await staff.open(f"{session}/record")
    record = page.form(having="started_at").fill(
        started_at=f"{ended - timedelta(minutes=50):%Y-%m-%dT%H:%M}",
        ended_at=f"{ended:%Y-%m-%dT%H:%M}",
        outcome="full",
        worst_severity="mild",
        dose_mg="38.5",
    )
    await staff.send(record)
    await staff.send(record)
