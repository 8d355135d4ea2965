"""What must be true when the race is over, read from the tables and from what the clients had been told."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.interval import Interval
from tests.conftest import NOON
from tests.faults.race.course import COURSE
from tests.integration.scheduling.desk import OVERLAPS
from tests.unit.scheduling.twin import free_starts

NEVER = {
    "a patient is in two places": """
        select one.id
          from scheduling.appointment as one
          join scheduling.appointment as other
            on other.patient_id = one.patient_id and other.id > one.id
           and other.starts_at < one.ends_at and one.starts_at < other.ends_at
         where one.state <> 'cancelled' and other.state <> 'cancelled'
    """,
    "what was cancelled still takes something": """
        select appointment.id
          from scheduling.appointment
          join scheduling.resource_booking on appointment_id = appointment.id
         where state = 'cancelled' and active
    """,
    "a session and its appointment disagree": """
        select session.id
          from scheduling.session
          left join scheduling.appointment on session_id = session.id
         where appointment.state is distinct from session.state
    """,
    "a consultation and its appointment disagree": """
        select consultation.id
          from scheduling.consultation
          left join scheduling.appointment on consultation_id = consultation.id and appointment.state <> 'cancelled'
         where (consultation.state = 'booked') <> (appointment.id is not null)
    """,
    "a time is still kept after its end": """
        select id from scheduling.appointment where state = 'held'
    """,
    "events of one thing do not count from 1 without gap": """
        select subject
          from (select headers::jsonb ->> 'ce_subject' as subject,
                       (headers::jsonb ->> 'ce_subjectversion')::bigint as version,
                       row_number() over (partition by headers::jsonb ->> 'ce_subject' order by seq) as place
                  from scheduling.outbox) as said
         where version <> place
    """,
    "the newest event does not say the state": """
        select thing.id
          from (select id, version, 'session-' || case state when 'booked' then 'scheduled' else state end as topic
                  from scheduling.session
                 union all
                select id, version, 'consultation-' || case state when 'booked' then 'scheduled' else state end
                  from scheduling.consultation) as thing
          left join scheduling.outbox as said
                 on said.headers::jsonb ->> 'ce_subject' = thing.id::text
                and (said.headers::jsonb ->> 'ce_subjectversion')::bigint = thing.version
         where said.topic is distinct from thing.topic
    """,
}
SHARED = """
    select count(*)
      from (select 1
              from scheduling.outbox_waiting
             where topic = 'session-scheduled'
             group by xmin
            having count(*) > 1) as together
"""
TAKEN = """
    select resource_id, appointment_id, resource.kind, lower(during) as starts_at, upper(during) as ends_at
      from scheduling.resource_booking as booking join scheduling.resource on resource.id = resource_id
     where booking.active
     order by lower(during)
"""


@dataclass(slots=True)
class Report:
    """`told`: how many attempts had which answer. `broken`: every promise that was not kept, in words."""

    attempts: int = 0
    told: Counter[str] = field(default_factory=Counter)
    freed: Counter[str] = field(default_factory=Counter)
    overlaps: int = 0
    shared: int = 0
    """Commits in which more than one session was booked."""
    broken: list[str] = field(default_factory=list)

    @property
    def unknown(self) -> int:
        """Nobody was told anything: the process died, or the connection was cut."""
        return self.attempts - self.told.total() + self.told["cut-off"]


async def audit(connection: asyncpg.Connection, journals: Path) -> Report:
    report = Report()
    claimed = _read(journals, report)
    report.overlaps = await connection.fetchval(OVERLAPS)
    report.shared = await connection.fetchval(SHARED)
    for words, query in NEVER.items():
        if rows := await connection.fetch(query):
            report.broken.append(f"{words}: {len(rows)}, such as {rows[0][0]}")
    await _every_answer_is_true(connection, claimed, report)
    await _everything_needed_is_taken(connection, report)
    await _nobody_waits_while_there_is_time(connection, report)
    return report


def _read(journals: Path, report: Report) -> dict[str, list[UUID]]:
    """What clients were told they had, by the word they were told."""
    claimed: defaultdict[str, list[UUID]] = defaultdict(list)
    for path in journals.iterdir():
        for line in path.read_text().splitlines():
            match line.split(" "):
                case ["begin", _]:
                    report.attempts += 1
                case ["end", _, word, *rest] | ["freed", word, *rest]:
                    (report.told if line.startswith("end") else report.freed)[word] += 1
                    if word == "broken":
                        report.broken.append(line)
                    elif rest:
                        claimed[word].append(UUID(rest[0]))
    return claimed


async def _every_answer_is_true(connection: asyncpg.Connection, claimed: dict[str, list[UUID]], report: Report) -> None:
    states = {row["id"]: row["state"] for row in await connection.fetch("select id, state from scheduling.session")} | {
        row["request_id"]: row["state"]
        for row in await connection.fetch("select request_id, state from scheduling.consultation")
    }
    for word, ids in claimed.items():
        ends = {"cancelled"} if word in ("cancelled", "withdrew-cancelled") else {"booked", "waitlisted", "cancelled"}
        if untrue := [id_ for id_ in ids if states.get(id_) not in ends]:
            report.broken.append(f"told {word}, and it is not so: {len(untrue)}, such as {untrue[0]}")


async def _everything_needed_is_taken(connection: asyncpg.Connection, report: Report) -> None:
    taken: defaultdict[UUID, list[tuple[str, Interval]]] = defaultdict(list)
    for row in await connection.fetch(TAKEN):
        taken[row["appointment_id"]].append((row["kind"], Interval(row["starts_at"], row["ends_at"])))
    for row in await connection.fetch("select id, kind, starts_at from scheduling.appointment where state = 'booked'"):
        kind = COURSE.kind(Purpose(row["kind"]))
        assert kind is not None
        spans = [(need.resource_kind, kind.span(need)) for need in kind.needs]
        needed = [
            (str(of), Interval(row["starts_at"] + begins, row["starts_at"] + ends)) for of, (begins, ends) in spans
        ]
        if sorted(taken[row["id"]]) != sorted(needed):
            report.broken.append(f"appointment {row['id']} has not taken what it needs")


async def _nobody_waits_while_there_is_time(connection: asyncpg.Connection, report: Report) -> None:
    """Asked after the waiting list was looked at until nothing more came of it."""
    busy: defaultdict[UUID, list[Interval]] = defaultdict(list)
    for row in await connection.fetch(TAKEN):
        busy[row["resource_id"]].append(Interval(row["starts_at"], row["ends_at"]))
    kind = COURSE.kind(Purpose.CONSULTATION)
    assert kind is not None
    window = Interval(NOON + COURSE.minimum_notice, NOON + COURSE.horizon)
    free = list(free_starts(COURSE, kind, list(COURSE.resources), window, busy, UUID(int=0)))
    waiting = await connection.fetchval("select count(*) from scheduling.consultation where state = 'waitlisted'")
    if waiting and free:
        report.broken.append(f"{waiting} wait while there is time at {min(free) + timedelta():%a %H:%M} UTC")
