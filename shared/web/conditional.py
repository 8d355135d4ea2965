"""Has who asks the newest already? `If-None-Match` and `If-Modified-Since` (RFC 9110, section 13)."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request


def http_date(instant: datetime) -> str:
    """As headers write it, in whole seconds."""
    return format_datetime(instant.astimezone(UTC).replace(microsecond=0), usegmt=True)


def has_newest(request: Request, etag: str, changed_at: datetime) -> bool:
    """Whether the answer is 304. Who names tags is judged by them alone, weakly; a date that nobody can read is none."""
    if (tags := request.headers.get("if-none-match")) is not None:
        named = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in named or etag.removeprefix("W/") in named
    since = _read(request.headers.get("if-modified-since", ""))
    return since is not None and changed_at - timedelta(seconds=1) < since  # nobody's date is the last there is


def _read(date: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
