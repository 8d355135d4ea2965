"""An appointment as a calendar file (RFC 5545, sent as RFC 5546 iTIP)."""

from datetime import UTC, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from services.notifications.domain.invitation import Invitation, Method
from shared.calendar_times import in_zone, reads_right, rules_of

PRODUCT = "-//Chairside//Appointments//EN"
AROUND = timedelta(days=400)
"""How far around the appointment the zone's rules go: those that ended before last year explain nothing."""


def calendar_file(invitation: Invitation) -> bytes:
    """The file, UTF-8 with CRLF. Times carry the clinic's zone with its rules; SEQUENCE is the revision.

    Where the rules as the library writes them would lead to another instant, the times stand in UTC: it leaves out some
    changes of zones that have more than two a year, such as Morocco's around Ramadan.
    """
    local = _calendar(invitation, invitation.zone)
    right = reads_right(local, (invitation.starts_at, invitation.ends_at), invitation.zone)
    return (local if right else _calendar(invitation, "UTC")).to_ical()


def _calendar(invitation: Invitation, zone: str) -> Calendar:
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.revision)
    event.add("dtstamp", invitation.stamped_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", in_zone(invitation.starts_at, zone))
    event.add("dtend", in_zone(invitation.ends_at, zone))
    event.add("summary", _one_line(invitation.title))
    event.add("location", _one_line(invitation.address))
    event.add("organizer", _person(invitation.organizer_email, invitation.outside_name))
    attendee = vCalAddress(f"mailto:{_one_line(invitation.attendee_email)}")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    event.add("status", "CANCELLED" if invitation.method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if invitation.method is Method.CANCEL else "OPAQUE")
    event.add("class", "PRIVATE")

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", str(invitation.method))
    if zone != "UTC":
        first, last = (invitation.starts_at - AROUND).date(), (invitation.ends_at + AROUND).date()
        calendar.add_component(rules_of(zone, first, last))
    calendar.add_component(event)
    return calendar


def _person(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{_one_line(email)}")
    address.params["CN"] = vText(_one_line(name).replace('"', "'"))
    return address


def _one_line(text: str) -> str:
    return ", ".join(part.strip() for part in text.splitlines() if part.strip())
