"""When a patient would like to come. A wish orders free times, it excludes none."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.intake.domain.refusal import NotPossible
from services.intake.domain.words import words
from shared.events.values import DayPart, Weekday
from shared.zones import known_zones

FURTHEST = timedelta(days=366)
"""Nobody's diary, and no roster, reaches further."""
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def weekdays_of(named: Iterable[str]) -> tuple[Weekday, ...]:
    """Each once, Monday first. Raises NotPossible."""
    try:
        chosen = {Weekday(name) for name in named}
    except ValueError:
        raise NotPossible(
            words(
                "Choose days from the list. What we received is not on it.",
                es="Elija días de la lista. Lo que recibimos no está en ella.",
            )
        ) from None
    return tuple(day for day in Weekday if day in chosen)


def day_parts_of(named: Iterable[str]) -> tuple[DayPart, ...]:
    """Each once, morning first. Raises NotPossible."""
    try:
        chosen = {DayPart(name) for name in named}
    except ValueError:
        raise NotPossible(
            words(
                "Choose times from the list. What we received is not on it.",
                es="Elija horas de la lista. Lo que recibimos no está en ella.",
            )
        ) from None
    return tuple(part for part in DayPart if part in chosen)


def not_before_of(typed: str, zone: ZoneInfo, today: date) -> datetime | None:
    """The instant at which the wished first day begins at the clinic; None when nothing was typed.

    `today` is the clinic's. Raises NotPossible for what is no date, for a past day, and for one over a year away.
    """
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed) if _WRITTEN.fullmatch(typed) else None
    except ValueError:
        day = None
    if day is None:
        raise NotPossible(
            words(
                f"Write a date that exists, as year-month-day, such as {today.isoformat()}.",
                es=f"Escriba una fecha que exista, como año-mes-día, por ejemplo {today.isoformat()}.",
            )
        )
    if day < today:
        raise NotPossible(
            words(
                f"Choose today or a later day. At the clinic it is {today.isoformat()} now.",
                es=f"Elija hoy o un día posterior. En la clínica hoy es {today.isoformat()}.",
            )
        )
    if day > today + FURTHEST:
        raise NotPossible(
            words(
                f"Choose a day within a year, up to {(today + FURTHEST).isoformat()}.",
                es=f"Elija un día dentro de un año, hasta el {(today + FURTHEST).isoformat()}.",
            )
        )
    # As an instant, because scheduling compares it with instants. Midnight may not exist on a day the clock changes;
    # converting through UTC gives the first moment after the gap.
    return datetime.combine(day, time(), zone).astimezone(UTC)


def zone_of(typed: str, clinic_zone: str) -> str:
    """The patient's zone by its IANA name; the clinic's when nothing was typed. Raises NotPossible."""
    if not typed:
        return clinic_zone
    if typed not in known_zones():
        raise NotPossible("Send the name of a time zone, such as America/Denver.")
    return typed
