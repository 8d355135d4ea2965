"""A calendar of appointments as an iCalendar file (RFC 5545, names and refreshing by RFC 7986), without a word about patients
or treatment: it leaves the clinic, and stands on telephones and in other people's systems."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.calendar_feed import Entry
from services.scheduling.domain.wall_clock import day_of
from shared.calendar_times import in_zone, reads_right, rules_of

PRODUCT = "-//Chairside//Calendars//EN"
ASK_AGAIN = timedelta(minutes=15)
_WORDS = {
    AppointmentState.HELD: "Held",
    AppointmentState.CANCELLED: "Cancelled",
    AppointmentState.MISSED: "Missed",
}
_STATUS = {AppointmentState.HELD: "TENTATIVE", AppointmentState.CANCELLED: "CANCELLED"}


def calendar_of(entries: Sequence[Entry], *, name: str, zone: str, board: str, now: datetime) -> bytes:
    """The file, UTF-8 with CRLF. `board` is the address of the day list, without its day.

    Where the zone's rules as the library writes them would lead to another instant, all times stand in UTC.
    """
    local = _calendar(entries, name, zone, zone, board, now)
    instants = {at for entry in entries for at in (entry.starts_at, entry.ends_at)}
    return (
        local if reads_right(local, instants, zone) else _calendar(entries, name, zone, "UTC", board, now)
    ).to_ical()


def _calendar(entries: Sequence[Entry], name: str, zone: str, times_in: str, board: str, now: datetime) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASK_AGAIN).to_ical().decode())
    if times_in != "UTC":
        # Also without an entry: a calendar without any component is none.
        days = [day_of(at, zone) for entry in entries for at in (entry.starts_at, entry.ends_at)] or [day_of(now, zone)]
        around = timedelta(days=400)
        calendar.add_component(rules_of(zone, min(days) - around, max(days) + around))
    for entry in entries:
        calendar.add_component(_event(entry, zone, times_in, board))
    return calendar


def _event(entry: Entry, zone: str, times_in: str, board: str) -> Event:
    state = AppointmentState.CANCELLED if entry.given_up else entry.state
    over = state in {AppointmentState.CANCELLED, AppointmentState.MISSED}
    event = Event()
    event.add("uid", f"{entry.appointment_id}@chairside")
    event.add("sequence", entry.revision)
    event.add("dtstamp", entry.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", entry.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", in_zone(entry.starts_at, times_in))
    event.add("dtend", in_zone(entry.ends_at, times_in))
    event.add("summary", " ".join(filter(None, (_WORDS.get(state, "Booked"), entry.reference))))
    if entry.chair:
        event.add("location", entry.chair)
    event.add("url", f"{board}?day={entry.starts_at.astimezone(ZoneInfo(zone)):%Y-%m-%d}")
    event.add("status", _STATUS.get(state, "CONFIRMED"))
    event.add("transp", "TRANSPARENT" if over else "OPAQUE")
    event.add("class", "PRIVATE")
    return event
