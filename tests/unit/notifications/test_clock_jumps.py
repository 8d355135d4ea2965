"""On every night on which a clock jumps: the calendar file and the words of an e-mail name one instant, and the right one."""

from datetime import UTC, timedelta

from icalendar import Calendar

from services.notifications.domain.calendar import calendar_file
from shared.web.times import patient_when
from tests.unit.clock_jumps import different_jumps, every_jump
from tests.unit.notifications.test_calendar import _invitation

LENGTH = timedelta(minutes=45)


def by_its_own_rules(raw: bytes) -> tuple:
    """Start and end as a calendar reads them that knows of the zone only what stands in the file."""
    calendar = Calendar.from_ical(raw)
    zones = {str(zone["TZID"]): zone.to_tz(lookup_tzid=False) for zone in calendar.walk("VTIMEZONE")}
    (event,) = calendar.walk("VEVENT")
    return tuple(_instant(event[name], zones) for name in ("DTSTART", "DTEND"))


def _instant(stamp, zones):
    zone = stamp.params.get("TZID")
    return stamp.dt.replace(tzinfo=zones[zone]).astimezone(UTC) if zone else stamp.dt.astimezone(UTC)


def test_a_calendar_that_knows_only_the_file_reads_the_same_instants():
    wrong = []
    for jump in different_jumps():
        for at in (
            jump.at - timedelta(hours=5),
            jump.at - timedelta(minutes=30),
            jump.at,
            jump.at + timedelta(hours=5),
        ):
            read = by_its_own_rules(calendar_file(_invitation(at, jump.zone)))
            if read != (at, at + LENGTH):
                wrong.append(f"{jump}: {at} reads {read}")
    assert not wrong, (len(wrong), wrong[:5])


def test_no_two_instants_of_a_night_read_alike_in_an_email():
    wrong = []
    for jump in every_jump():
        instants = list(jump.around())
        if len({patient_when(at, jump.zone) for at in instants}) < len(instants):
            wrong.append(str(jump))
    assert not wrong, (len(wrong), wrong[:5])
