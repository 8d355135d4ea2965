"""I6: versions never step back, neither where they are said, nor on the way, nor where they are heard.

Order is promised for each aggregate, by its locked row; about two aggregates of one patient the numbers of the outbox say
nothing. Where a log was cut, each of its epochs is judged by itself: what was sent before anybody noticed stands before
what was lost, and is sent again under the new epoch, in order.
"""

from dataclasses import dataclass

from operations.auditing.check import Check, names
from operations.auditing.families import APPOINTMENTS, CONSULTATIONS, CONTACTS, REQUESTS

SAID_IN_ORDER = """
    select topic || ' ' || event_id as thing,
           coalesce(version > max(version) over earlier, version is not null) as holds
      from said
    window earlier as (partition by service, subject order by seq rows between unbounded preceding and 1 preceding)
"""

STORED_IN_ORDER = """
    select topic || ' ' || event_id as thing,
           coalesce(seq > max(seq) over earlier, true) as holds
      from (select stored.topic, stored.event_id, stored.subject, stored.log_epoch, said.seq, min(stored."offset") as place
              from stored
              join said using (topic, event_id)
             where stored.readable
             group by stored.topic, stored.event_id, stored.subject, stored.log_epoch, said.seq) as first_time
    window earlier as (partition by topic, subject, log_epoch order by place
                       rows between unbounded preceding and 1 preceding)
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """What one service keeps of another's thing. `held` selects `thing` and `version`; an event carries `version` too."""

    service: str
    words: str
    topics: tuple[str, ...]
    thing: str
    held: str
    version: str = "version"


def _held(table: str, thing: str, version: str = "version") -> str:
    return f"select {thing} as thing, {version} as version from {table}"


COPIES = (
    Copy(
        "scheduling",
        "requests",
        REQUESTS,
        "subject",
        _held("scheduling.consultation", "request_id", "request_version"),
    ),
    Copy(
        "scheduling",
        "contacts",
        CONTACTS,
        "patient_id",
        _held("scheduling.patient", "patient_id", "person_version"),
        "person_version",
    ),
    Copy("scheduling", "staff", ("staff-changed",), "subject", _held("scheduling.staff_directory", "staff_id")),
    Copy("intake", "consultations", CONSULTATIONS, "request_id", _held("intake.consultation", "request_id")),
    Copy("intake", "staff", ("staff-changed",), "subject", _held("intake.staff_directory", "staff_id")),
    Copy("notifications", "requests", REQUESTS, "subject", _held("notifications.request_known", "request_id")),
    Copy(
        "notifications",
        "consultations",
        CONSULTATIONS,
        "subject",
        _held("notifications.consultation_known", "consultation_id"),
    ),
    Copy(
        "notifications",
        "appointments",
        APPOINTMENTS,
        "appointment_id",
        _held("notifications.appointment_known", "appointment_id", "revision"),
        "revision",
    ),
    Copy(
        "notifications",
        "contacts",
        CONTACTS,
        "patient_id",
        _held("notifications.patient_contact", "patient_id", "person_version"),
        "person_version",
    ),
)


def _newest(one: Copy) -> str:
    return f"""
    select published.thing::text as thing,
           case when held.version >= heard and held.version <= published.newest then true
                when heard is null then null
                else false
           end as holds
      from (select {one.thing} as thing, max({one.version}) as newest,
                   max({one.version}) filter (where passed and not buried) as heard
              from hearing
             where service = '{one.service}' and topic in ({names(one.topics)})
             group by {one.thing}) as published
      left join ({one.held}) as held using (thing)
     where published.thing is not null
    """


CHECKS = (
    Check("I6", "each thing said its versions in order", SAID_IN_ORDER),
    Check("I6", "each thing's events stand in Kafka in that order", STORED_IN_ORDER),
    *(Check("I6", f"{one.service} holds the newest of its {one.words}", _newest(one)) for one in COPIES),
)
