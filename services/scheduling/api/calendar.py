"""`/calendar/<token>.ics`: appointments of one person, or of one chair or room, for calendar programs.

The token is the whole permission: whoever has the address reads it, and may read nothing else with it.
"""

import asyncio
import hashlib
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from services.scheduling.domain.calendar import calendar_of
from services.scheduling.domain.calendar_feed import Entry, places
from services.scheduling.problems import FeedRevoked, FeedUnknown
from services.scheduling.use_cases.calendar_feeds import ReadFeed, read_calendar_feed
from shared.settings import Settings
from shared.web.conditional import has_newest, http_date
from shared.web.dependencies import TheClock, TheDatabase, TheSettings
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/calendar", tags=["calendars"])

MEDIA_TYPE = "text/calendar; charset=utf-8"
FORM = 2
"""Of the file: raised when the same appointments are written in another way, so that everybody fetches them again."""


@router.head("/{token}.ics", include_in_schema=False)
@router.get(
    "/{token}.ics",
    summary="A calendar",
    response_class=Response,
    responses={
        200: {
            "content": {"text/calendar": {"schema": {"type": "string"}}},
            "description": "An iCalendar file, RFC 5545",
        },
        304: {"description": "Not changed since it was read last"},
        **may_refuse(FeedUnknown, FeedRevoked),
    },
)
async def calendar(
    token: str, request: Request, database: TheDatabase, settings: TheSettings, clock: TheClock
) -> Response:
    """What was booked up to 90 days ago, and everything ahead; what was cancelled says so. Send the `ETag` again as
    `If-None-Match`: while nothing changed, the answer is 304."""
    async with database.transaction(read_only=True) as tx:
        read = await read_calendar_feed(tx, settings.clinic.id, token)
    name = _name(read, settings)
    etag = _etag(read.entries, name)
    changed_at = max([read.feed.made_at, *(entry.changed_at for entry in read.entries)])
    headers = {"ETag": etag, "Last-Modified": http_date(changed_at), "Cache-Control": "private, no-cache"}
    if has_newest(request, etag, changed_at):
        return Response(status_code=304, headers=headers)
    board = f"{settings.public_url}/staff/board"
    # In a thread: a busy chair has a thousand entries, a third of a second of work, and others are waiting.
    file = await asyncio.to_thread(
        calendar_of, read.entries, name=name, zone=read.clinic.zone, board=board, now=clock.now()
    )
    return Response(file, headers=headers, media_type=MEDIA_TYPE)


def _name(read: ReadFeed, settings: Settings) -> str:
    """Neutral, as it stands on lock screens."""
    place = read.feed.place_id
    whose = places(read.clinic).get(place, "") if place else ""
    return f"{settings.clinic.outside_name}, {whose}" if whose else settings.clinic.outside_name


def _etag(entries: Sequence[Entry], name: str) -> str:
    return f'"{hashlib.sha256(repr((FORM, name, entries)).encode()).hexdigest()[:32]}"'
