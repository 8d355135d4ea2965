"""The calendar file: golden facts, and times in every zone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from services.notifications.domain.calendar import calendar_file
from services.notifications.domain.invitation import Invitation, Method

AT = datetime(2026, 6, 18, 15, 30, tzinfo=UTC)
ID = UUID("01900000-0000-7000-8000-00000000abcd")
ZONES = ["America/Denver", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Phoenix", "UTC"]


def _invitation(
    at: datetime = AT, zone: str = "America/Denver", method: Method = Method.REQUEST, revision: int = 1, **changes: str
) -> Invitation:
    values = {
        "title": "Appointment, Tern Street Clinic",
        "outside_name": "Tern Street Clinic",
        "address": "214 Tern Street, Suite 3\nDenver, CO 80200",
        "organizer_email": "hello@ternstreet.example",
        "attendee_email": "ines@example.com",
        **changes,
    }
    return Invitation(
        ID,
        revision,
        method,
        at,
        at + timedelta(minutes=45),
        zone,
        stamped_at=datetime(2026, 6, 15, 18, tzinfo=UTC),
        **values,
    )


def _event(raw: bytes):
    return Calendar.from_ical(raw).walk("VEVENT")[0]


def test_an_invitation_says_what_calendars_need() -> None:
    raw = calendar_file(_invitation())
    calendar, event = Calendar.from_ical(raw), _event(raw)

    assert calendar["METHOD"] == "REQUEST"
    assert event["UID"] == f"{ID}@chairside"
    assert event["SEQUENCE"] == 1
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "Appointment, Tern Street Clinic"
    assert event["LOCATION"] == "214 Tern Street, Suite 3, Denver, CO 80200"
    assert b"DTSTART;TZID=America/Denver:20260618T093000\r\n" in raw
    assert b"DTEND;TZID=America/Denver:20260618T101500\r\n" in raw
    assert b"DTSTAMP:20260615T180000Z\r\n" in raw
    assert b"BEGIN:VTIMEZONE\r\nTZID:America/Denver" in raw


def test_a_cancellation_is_of_the_same_entry_and_newer() -> None:
    booked = _event(calendar_file(_invitation()))
    cancelled = _event(calendar_file(_invitation(method=Method.CANCEL, revision=2)))

    assert cancelled["UID"] == booked["UID"]
    assert cancelled["SEQUENCE"] > booked["SEQUENCE"]
    assert cancelled["STATUS"] == "CANCELLED"


def test_the_same_invitation_is_the_same_bytes() -> None:
    assert calendar_file(_invitation()) == calendar_file(_invitation())


@pytest.mark.parametrize(
    "name", ["Evil\r\nATTENDEE:mailto:x@evil.example", 'Quoted "name"; with, signs', "عيادة", "🙂"]
)
def test_no_name_can_add_a_line(name: str) -> None:
    raw = calendar_file(_invitation(outside_name=name))
    lines = raw.replace(b"\r\n ", b"").split(b"\r\n")

    assert sum(line.startswith(b"ATTENDEE") for line in lines) == 1
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


@given(
    at=st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2035, 1, 1)).map(
        lambda t: t.replace(tzinfo=UTC, second=0, microsecond=0)
    ),
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=150, deadline=None)
def test_every_instant_comes_back_as_it_was(at: datetime, zone: str) -> None:
    """Also in the hour that happens twice, and around the one that does not exist."""
    event = _event(calendar_file(_invitation(at, zone)))

    assert event["DTSTART"].dt.astimezone(UTC) == at
    assert event["DTEND"].dt.astimezone(UTC) == at + timedelta(minutes=45)


def test_both_halves_of_the_hour_that_happens_twice_are_told_apart() -> None:
    first = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert first.astimezone(ZoneInfo("America/Denver")).hour == second.astimezone(ZoneInfo("America/Denver")).hour

    starts = [_event(calendar_file(_invitation(at)))["DTSTART"].dt.astimezone(UTC) for at in (first, second)]

    assert starts == [first, second]


def test_a_change_that_the_rules_of_the_file_leave_out_does_not_move_the_appointment() -> None:
    """Morocco's clock goes back for Ramadan: the rules written for 2024 know nothing of it, so the file says UTC."""
    in_ramadan = datetime(2024, 3, 20, 10, tzinfo=UTC)

    raw = calendar_file(_invitation(in_ramadan, "Africa/Casablanca"))

    assert b"DTSTART:20240320T100000Z\r\n" in raw
