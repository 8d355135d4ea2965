"""I2: what a service keeps and what it says are two sides of one transaction, version by version.

`AGGREGATES` is the one place that says which table's rows speak on which topics; a test holds it against the catalogue.
Versions carry the restore epoch in their upper half (decision 0001); what is counted here is the lower.
"""

from dataclasses import dataclass

from operations.auditing.check import REMEMBERED, Check, names
from operations.auditing.families import CONSULTATIONS, REQUESTS, SESSIONS
from shared.database.roles import SERVICES


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Rows of `table`, each of which says every one of its versions on one of the `topics`.

    `version` is the column, or a number where rows never change. From `first` on: version 1
    of an alert is only heard, of a patient said with the request.
    """

    service: str
    table: str
    topics: tuple[str, ...]
    version: str = "version"
    first: int = 1


AGGREGATES = (
    Aggregate("intake", "consultation_request", REQUESTS),
    Aggregate("intake", "patient", ("patient-contact-changed",), first=2),
    Aggregate("intake", "request_pause", ("request-paused",), version="1"),
    Aggregate("intake", "risk_flag", ("risk-raised",), version="1"),
    Aggregate("intake", "questionnaire", ("scales-due",), version="1"),
    Aggregate("intake", "scale_score", ("questionnaire-completed",), version="1"),
    Aggregate("scheduling", "consultation", CONSULTATIONS),
    Aggregate("scheduling", "consultation_late", ("consultation-late",), version="1"),
    Aggregate("scheduling", "session", SESSIONS),
    Aggregate("scheduling", "change_link_ask", ("change-link-asked",), version="1"),
    Aggregate("scheduling", "slot_offer", ("slot-offered", "move-proposed"), version="1"),
    Aggregate("scheduling", "move_withdrawn", ("move-withdrawn",), version="1"),
    Aggregate("scheduling", "late_given_up", ("deadline-given-up",), version="1"),
    Aggregate("scheduling", "attendance", ("attendance-confirmed",), version="1"),
    Aggregate("notifications", "staff", ("staff-changed",)),
    Aggregate("notifications", "alert", ("alert-acknowledged",), first=2),
    *(Aggregate(service, "dead_letter", (f"{service}-dead-letters",), version="1") for service in SERVICES),
)

_COUNTED = "(1::bigint << 32) - 1"
_MADE_AT = "to_timestamp(('x' || left(replace(aggregate.id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)"
"""A UUIDv7 begins with the milliseconds of its making. (Postgres has a function for it from 17 on.)"""


def _has_said(one: Aggregate) -> str:
    """What was kept by a release that did not say it yet has no id."""
    return f"""
    select '{one.table} ' || id as thing,
           coalesce(times, 0) = greatest(n - {one.first} + 1, 0)
           and coalesce(versions, 0) = greatest(n - {one.first} + 1, 0)
           and coalesce(newest = n, n < {one.first}) as holds
      from (select id, {one.version} & ({_COUNTED}) as n from {one.service}.{one.table} where id is not null) as aggregate
      left join (select subject as id, count(*) as times, count(distinct version & ({_COUNTED})) as versions,
                        max(version & ({_COUNTED})) as newest
                   from said
                  where service = '{one.service}' and topic in ({names(one.topics)})
                  group by subject) as told using (id)
     where {_MADE_AT} > now() - {REMEMBERED} or (select min(recorded_at) from said) > now() - {REMEMBERED}
    """


def _has_its_state(one: Aggregate) -> str:
    return f"""
    select topic || ' ' || event_id as thing,
           coalesce(said.version & ({_COUNTED}) <= aggregate.n, false) as holds
      from said
      left join (select id, {one.version} & ({_COUNTED}) as n from {one.service}.{one.table}) as aggregate
             on aggregate.id = said.subject
     where service = '{one.service}' and topic in ({names(one.topics)})
    """


_UNDECLARED = f"""
    select topic || ' ' || event_id as thing, false as holds
      from said
     where (service, topic) not in ({", ".join(f"('{one.service}', '{topic}')" for one in AGGREGATES for topic in one.topics)})
"""

CHECKS = (
    *(
        Check(
            "I2",
            f"{one.service}: each {one.table.replace('_', ' ')} has said each of its versions once",
            _has_said(one),
        )
        for one in AGGREGATES
    ),
    Check(
        "I2",
        "what was said has its state, at that version or a later one",
        " union all ".join([*map(_has_its_state, AGGREGATES), _UNDECLARED]),
    ),
)
