"""A calendar of appointments: what it says, what it never says, and times in every zone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.calendar import calendar_of
from services.scheduling.domain.calendar_feed import CalendarFeed, Entry, Maker, NotTheirFeed
from services.scheduling.domain.clinic import Room
from shared.events.staff import Role
from tests.unit.scheduling.examples import CHAIRS, CLINICIANS, clinic

AT = datetime(2026, 6, 18, 15, 30, tzinfo=UTC)
NOW = datetime(2026, 6, 15, 18, tzinfo=UTC)
ID = UUID("01900000-0000-7000-8000-00000000abcd")
ENTRY = Entry(ID, 3, AppointmentState.BOOKED, False, AT, AT + timedelta(minutes=45), "TSC-4K7Q2M", "Chair 2", NOW)
ME, OTHER = UUID(int=1), UUID(int=2)
HERE = clinic()


def _file(*entries: Entry, zone: str = "America/Denver") -> bytes:
    board = "https://clinic.example/staff/board"
    return calendar_of(entries, name="Tern Street Clinic, Chair 2", zone=zone, board=board, now=NOW)


def _only_event(raw: bytes):
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    return event


def test_an_entry_says_when_and_which_and_nothing_more():
    raw = _file(ENTRY)
    event = _only_event(raw)

    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (f"{ID}@chairside", 3, "CONFIRMED")
    assert (event["SUMMARY"], event["LOCATION"], event["CLASS"]) == ("Booked TSC-4K7Q2M", "Chair 2", "PRIVATE")
    assert event["URL"] == "https://clinic.example/staff/board?day=2026-06-18"
    assert b"DTSTART;TZID=America/Denver:20260618T093000\r\n" in raw
    assert b"DTEND;TZID=America/Denver:20260618T101500\r\n" in raw
    assert b"BEGIN:VTIMEZONE\r\nTZID:America/Denver" in raw
    assert set(event) == {
        *("UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND"),
        *("SUMMARY", "LOCATION", "URL", "STATUS", "TRANSP", "CLASS"),
    }


@pytest.mark.parametrize(
    ("changed", "summary", "status", "transparent"),
    [
        ({"state": AppointmentState.CANCELLED}, "Cancelled TSC-4K7Q2M", "CANCELLED", True),
        ({"given_up": True}, "Cancelled TSC-4K7Q2M", "CANCELLED", True),
        ({"state": AppointmentState.HELD, "reference": None}, "Held", "TENTATIVE", False),
        ({"state": AppointmentState.MISSED}, "Missed TSC-4K7Q2M", "CONFIRMED", True),
        ({"state": AppointmentState.COMPLETED}, "Booked TSC-4K7Q2M", "CONFIRMED", False),
    ],
)
def test_each_state_shows(changed, summary, status, transparent):
    event = _only_event(_file(replace(ENTRY, **changed)))

    assert (event["SUMMARY"], event["STATUS"]) == (summary, status)
    assert event["TRANSP"] == ("TRANSPARENT" if transparent else "OPAQUE")


def test_an_empty_calendar_is_a_calendar():
    calendar = Calendar.from_ical(_file())

    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]
    assert calendar["X-PUBLISHED-TTL"] == "PT15M"


def test_the_same_appointments_are_the_same_bytes():
    assert _file(ENTRY) == _file(ENTRY)


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)).map(
        lambda at: at.replace(tzinfo=UTC, second=0, microsecond=0)
    ),
    st.sampled_from(["America/Denver", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]),
)
@settings(max_examples=60, deadline=None)
def test_every_instant_comes_back_as_it_was_by_the_rules_in_the_file_alone(at, zone):
    calendar = Calendar.from_ical(_file(replace(ENTRY, starts_at=at, ends_at=at + timedelta(hours=1)), zone=zone))
    (event,) = calendar.walk("VEVENT")
    rules = [one.to_tz(lookup_tzid=False) for one in calendar.timezones]

    for name, meant in (("DTSTART", at), ("DTEND", at + timedelta(hours=1))):
        said = event[name].dt
        assert said.astimezone(UTC) == meant
        if event[name].params.get("TZID"):
            assert {said.replace(tzinfo=rule).astimezone(UTC) for rule in rules} == {meant}


def test_everybody_makes_their_own_and_administrators_those_of_chairs():
    nurse, administrator = Maker(ME, frozenset([Role.NURSE])), Maker(OTHER, frozenset([Role.ADMINISTRATOR]))

    assert CalendarFeed.make(nurse, HERE, None, "My phone", NOW).staff_id == ME
    assert CalendarFeed.make(administrator, HERE, CHAIRS[0].id, "Door", NOW).place_id == CHAIRS[0].id
    with pytest.raises(NotTheirFeed):
        CalendarFeed.make(nurse, HERE, CHAIRS[0].id, "Door", NOW)
    with pytest.raises(NotTheirFeed):
        CalendarFeed.make(administrator, HERE, CLINICIANS[0].id, "Somebody else’s", NOW)


def test_a_rooms_calendar_shows_all_its_chairs():
    room = Room(UUID(int=5), "Room 1")
    where = replace(
        HERE, rooms=(room,), resources=(*(replace(chair, room_id=room.id) for chair in CHAIRS), *CLINICIANS)
    )
    feed = CalendarFeed.make(Maker(OTHER, frozenset([Role.ADMINISTRATOR])), where, room.id, "Door", NOW)

    assert feed.shows(where) == [chair.id for chair in CHAIRS]


def test_only_whose_it_is_and_administrators_revoke_it():
    feed = CalendarFeed.make(Maker(ME, frozenset([Role.NURSE])), HERE, None, "My phone", NOW)

    with pytest.raises(NotTheirFeed):
        feed.revoke(Maker(OTHER, frozenset([Role.CLINICIAN])), NOW)
    revoked = feed.revoke(Maker(OTHER, frozenset([Role.ADMINISTRATOR])), NOW)
    assert (revoked.revoked_by, revoked.revoked_at) == (OTHER, NOW)
    assert revoked.revoke(Maker(ME, frozenset()), NOW + timedelta(days=1)) is revoked
