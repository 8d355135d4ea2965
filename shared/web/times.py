"""The one place where an instant becomes words. Everything else keeps instants in UTC and the name of a zone.

Patients read a 12-hour clock, the weekday and the date, and the zone once; staff read a 24-hour clock. Every function
is pure: an aware instant and the name of an IANA zone in, text out. A naive instant raises ValueError, for nobody could
say what it means. The words never follow the machine's locale: patients read theirs in the language that is passed
(English where we have no other), staff read English.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HALF_A_YEAR = timedelta(days=182)
"""From then on a day without its year may be taken for the same day of another."""
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MESES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


def local(instant: datetime, zone: str) -> datetime:
    """The instant on the wall clock of the zone. Raises ValueError for a naive instant."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no zone; an instant is kept aware and in UTC")
    return instant.astimezone(ZoneInfo(zone))


def machine(instant: datetime, zone: str = "UTC") -> str:
    """For `<time datetime>`: `2026-06-18T09:30:00-06:00`, to the second."""
    return local(instant, zone).isoformat(timespec="seconds")


def zone_place(zone: str) -> str:
    """The place a zone is named for: `Denver`, `Buenos Aires`."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def zone_letters(instant: datetime, zone: str) -> str:
    """What the zone calls itself at that instant: `MDT` in summer, `MST` in winter, `UTC-3` where it has no letters."""
    letters = local(instant, zone).strftime("%Z")
    if letters[:1] not in "+-":
        return letters
    hours, minutes = letters[:3], letters[3:5]
    return f"UTC{hours[0]}{int(hours[1:])}" + (f":{minutes}" if minutes.strip("0") else "")


def patient_day(instant: datetime, zone: str, now: datetime | None = None, language: str = "en") -> str:
    """`Thursday, June 18`, `jueves 18 de junio`; with the year when `now` is given and lies in another one."""
    here = local(instant, zone)
    other_year = now is not None and local(now, zone).year != here.year
    if _is_spanish(language):
        year = f" de {here.year}" if other_year else ""
        return f"{_DIAS[here.weekday()]} {here.day} de {_MESES[here.month - 1]}{year}"
    year = f", {here.year}" if other_year else ""
    return f"{_WEEKDAYS[here.weekday()]}, {_MONTHS[here.month - 1]} {here.day}{year}"


def patient_weekday(instant: datetime, zone: str, language: str = "en") -> str:
    """`Thursday`, `jueves`: for a day so near that no other can be meant."""
    return (_DIAS if _is_spanish(language) else _WEEKDAYS)[local(instant, zone).weekday()]


def patient_time(instant: datetime, zone: str, language: str = "en") -> str:
    """`9:30 AM`, `12:05 PM`; `9:30 a. m.`, whose `a. m.` does not come apart at the end of a line."""
    here = local(instant, zone)
    halves = ("a.\u00a0m.", "p.\u00a0m.") if _is_spanish(language) else ("AM", "PM")
    return f"{here.hour % 12 or 12}:{here.minute:02} {halves[here.hour >= 12]}"


def patient_zone(instant: datetime, zone: str, language: str = "en") -> str:
    """`Denver time (MDT)`, `hora de Denver (MDT)`. Said once a page and in every message; it tells apart the two 1:30 of
    an autumn night."""
    place, letters = zone_place(zone), zone_letters(instant, zone)
    named = f"hora de {place}" if _is_spanish(language) else f"{place} time"
    return named if place == letters else f"{named} ({letters})"


def patient_when(instant: datetime, zone: str, now: datetime | None = None, language: str = "en") -> str:
    """`Thursday, June 18, 9:30 AM, Denver time (MDT)`: one line for messages."""
    day, at = patient_day(instant, zone, now, language), patient_time(instant, zone, language)
    return f"{day}, {at}, {patient_zone(instant, zone, language)}"


def _is_spanish(language: str) -> bool:
    return language.partition("-")[0] == "es"


def staff_day(instant: datetime, zone: str, now: datetime | None = None) -> str:
    """`Tue, Jun 16`; with the year when `now` is given and lies half a year away or more."""
    here = local(instant, zone)
    year = f", {here.year}" if now is not None and abs(instant - now) >= HALF_A_YEAR else ""
    return f"{_WEEKDAYS[here.weekday()][:3]}, {_MONTHS[here.month - 1][:3]} {here.day}{year}"


def staff_time(instant: datetime, zone: str) -> str:
    """`09:30`, on a 24-hour clock; in the hour that comes twice `01:30 MDT`."""
    here = local(instant, zone)
    twice = here.utcoffset() != here.replace(fold=1 - here.fold).utcoffset()
    return f"{here.hour:02}:{here.minute:02}{f' {zone_letters(instant, zone)}' if twice else ''}"


def staff_when(instant: datetime, zone: str, now: datetime | None = None) -> str:
    """`Tue, Jun 16, 09:30`; the year as for `staff_day`."""
    return f"{staff_day(instant, zone, now)}, {staff_time(instant, zone)}"


def staff_moment(instant: datetime, zone: str) -> str:
    """`Tue, Jun 16, 09:30:05`: where what follows within a minute is told apart."""
    at, _, letters = staff_time(instant, zone).partition(" ")
    seconds = f"{at}:{local(instant, zone).second:02}"
    return f"{staff_day(instant, zone)}, {seconds}{f' {letters}' if letters else ''}"


def staff_zone(instant: datetime, zone: str) -> str:
    """`Denver, MDT`: stands beside the clinic's clock, so that no other time on the page needs it."""
    place, letters = zone_place(zone), zone_letters(instant, zone)
    return place if place == letters else f"{place}, {letters}"


def age(since: datetime, now: datetime) -> str:
    """How long ago, as short as a list needs it: `now`, `12 min`, `1 h 05 min`, `1 day`, `3 days`.

    Time that lies ahead is `now`: two machines may disagree by a second. `static/js/clocks.js` says the same words.
    """
    minutes = max(timedelta(), now.astimezone(UTC) - since.astimezone(UTC)) // timedelta(minutes=1)
    if minutes < 1:
        return "now"
    hours, rest = divmod(minutes, 60)
    if hours < 1:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {rest:02} min"
    return "1 day" if hours < 48 else f"{hours // 24} days"


def lag(later: datetime, earlier: datetime) -> str:
    """How long after: `after 21 ms`, `after 4.2 s`, `after 12 min`. Nothing is before its cause, whatever two clocks say."""
    took = max(timedelta(), later - earlier)
    if took < timedelta(seconds=1):
        return f"after {took // timedelta(milliseconds=1)} ms"
    if took < timedelta(minutes=1):
        return f"after {took.total_seconds():.1f} s"
    return f"after {age(earlier, later)}"
