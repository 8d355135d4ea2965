"""What happened in a session that was documented elsewhere, and which of it can be true."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.scheduling.domain.wall_clock import Which, day_of, instants_when_reads
from shared.events.session import Outcome, Severity

LONGEST = timedelta(hours=12)
"""A longer session was mistyped."""
LARGEST_DOSE_MG = 1000.0
"""A slip of the keyboard, not a clinical limit: those are data of a protocol."""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """Instants in UTC; the dose in milligrams, if it was written down."""

    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    worst_severity: Severity
    dose_mg: float | None = None


def instants(
    started: datetime,
    ended: datetime,
    zone: str,
    which_start: Which | None = None,
    which_end: Which | None = None,
) -> tuple[list[datetime], list[datetime]]:
    """The instants that two wall-clock times can mean: none for a time that the clock skipped, two where it comes twice.

    What staff said of a time that comes twice decides; so does the order, where only one of the two leaves the end after
    the start.
    """
    starts = _said(instants_when_reads(started, zone), which_start)
    ends = _said(instants_when_reads(ended, zone), which_end)
    if starts and ends:
        starts = [start for start in starts if start < ends[-1]] or starts
        ends = [end for end in ends if end > starts[0]] or ends
    return starts, ends


def _said(both: list[datetime], which: Which | None) -> list[datetime]:
    if len(both) < 2 or which is None:
        return both
    return [both[0] if which is Which.FIRST else both[1]]


def wrong_start(
    started_at: datetime, planned: datetime, zone: str, now: datetime, *, another_day: bool = False
) -> str | None:
    """What is wrong with a start, in words for staff; None when it can be true.

    A start on another day than planned, by the clinic's clock, most often belongs to another session, or to another date:
    staff are asked. `another_day`: they have said that it was so.
    """
    if started_at > now:
        return "This lies in the future. Record a session when it is over."
    if day_of(started_at, zone) != day_of(planned, zone) and not another_day:
        return (
            "This is not on the day it is planned for. Check the date, and whether it is this session. "
            "If both are right, say below that it was another day."
        )
    return None


def wrong_end(ended_at: datetime, started_at: datetime, now: datetime) -> str | None:
    """The same for the end."""
    if ended_at > now:
        return "This lies in the future. Record a session when it is over."
    if ended_at <= started_at:
        return "The end must be after the start."
    if ended_at - started_at > LONGEST:
        return "This is more than 12 hours after the start. Check both dates."
    return None
