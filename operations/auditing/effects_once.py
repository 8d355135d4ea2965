"""I4: each hearer of each event has one effect, or a dead letter.

Two witnesses again: the inbox, which absorbs repeats; and the effects themselves, counted without it, so that a broken
inbox would show. Nothing may come of an event that is not in Kafka.
"""

from dataclasses import dataclass

from operations.auditing.check import REMEMBERED, Check, names
from operations.auditing.families import CONSULTATIONS, REQUESTS
from shared.database.roles import SERVICES


def _handled(service: str) -> str:
    return f"""
    select hearing.handler || ' ' || event_id as thing,
           case when handled > 1 then false
                when handled = 1 or buried then true
                when recorded_at < forgotten.asked_at then true
                when passed then false
           end as holds,
           buried as remarked
      from hearing
      left join said using (topic, event_id)
      left join forgotten on forgotten.service = hearing.service and forgotten.handler = hearing.handler
     where hearing.service = '{service}'
    """


UNREADABLE = """
    select handler || ' ' || topic || '[' || "partition" || '] @ ' || "offset" as thing,
           case when count(letter_id) > 0 then true
                when bool_or(passed) then false
           end as holds
      from met
     where not readable
     group by handler, topic, "partition", "offset"
"""

OUT_OF_NOTHING = f"""
    select handler || ' ' || event_id as thing, known.event_id is not null as holds
      from inbox
      left join (select event_id from event union select event_id from said) as known using (event_id)
     where handled_at > now() - {REMEMBERED}
"""


@dataclass(frozen=True, slots=True)
class Effect:
    """`found` selects one `thing` for each effect in the service's tables; `thing` says which one an event leads to.

    `thing` is over the facts of an event, null for one that has no such effect.
    """

    service: str
    words: str
    topics: tuple[str, ...]
    thing: str
    found: str


A_REVISION = "appointment_id || ' revision ' || revision"


def _inbox_items(kind: str) -> str:
    return f"select subject::text as thing from notifications.inbox_item where kind = '{kind}'"


def _messages(*kinds: str, thing: str = "about_id::text") -> str:
    return f"select {thing} as thing from notifications.message where kind in ({names(kinds)})"


def _rows(table: str, column: str) -> str:
    return f"select ({column})::text as thing from {table}"


EFFECTS = (
    Effect(
        "scheduling",
        "one consultation a request",
        REQUESTS,
        "request_id",
        _rows("scheduling.consultation", "request_id"),
    ),
    Effect("scheduling", "one row a risk", ("risk-raised",), "subject", _rows("scheduling.risk", "risk_id")),
    Effect(
        "intake",
        "one consultation shown a request",
        CONSULTATIONS,
        "request_id",
        _rows("intake.consultation", "request_id"),
    ),
    Effect(
        "intake",
        "one follow-up a session",
        ("session-completed",),
        "subject",
        _rows("intake.follow_up_due", "session_id"),
    ),
    Effect(
        "intake",
        "one taker an alert",
        ("alert-acknowledged",),
        "subject",
        _rows("intake.alert_acknowledgement", "alert_id"),
    ),
    Effect(
        "notifications", "one inbox row a request", (*REQUESTS, *CONSULTATIONS), "request_id", _inbox_items("request")
    ),
    Effect("notifications", "one inbox row a session", ("session-completed",), "subject", _inbox_items("session")),
    Effect("notifications", "one inbox row a risk", ("risk-raised",), "subject", _inbox_items("risk")),
    Effect("notifications", "one alert a risk", ("risk-raised",), "subject", _rows("notifications.alert", "id")),
    Effect("notifications", "one receipt a request", REQUESTS, "request_id", _messages("request-received")),
    Effect(
        "notifications",
        "one message a time that was promised",
        ("consultation-scheduled", "session-scheduled"),
        A_REVISION,
        _messages("consultation-scheduled", "session-scheduled", thing="about_id || ' revision ' || revision"),
    ),
    Effect(
        "notifications",
        "one message a time that was taken back",
        ("consultation-cancelled", "session-cancelled"),
        A_REVISION,
        _messages("consultation-cancelled", "session-cancelled", thing="about_id || ' revision ' || revision"),
    ),
    Effect(
        "notifications",
        "one word of the waiting list each time",
        ("consultation-waitlisted",),
        "subject || ' version ' || version",
        _messages("consultation-waitlisted", thing="about_id || ' version ' || revision"),
    ),
    Effect(
        "notifications",
        "one word of what was decided each time",
        ("consultation-completed",),
        "subject || ' version ' || version",
        _messages(
            "decided-suitable",
            "decided-not-suitable",
            "decided-more-information",
            thing="about_id || ' version ' || revision",
        ),
    ),
    Effect(
        "notifications",
        "one link each time it is asked for",
        ("change-link-asked",),
        "subject",
        _messages("change-link"),
    ),
    Effect(
        "notifications",
        "one letter an offer",
        ("slot-offered", "move-proposed"),
        "subject",
        _messages("slot-offered", "move-proposed"),
    ),
    Effect(
        "notifications",
        "one word that a time stays",
        ("move-withdrawn",),
        "subject",
        _messages("time-stays"),
    ),
    Effect(
        "notifications",
        "one row a time at which somebody comes",
        ("attendance-confirmed",),
        A_REVISION,
        _rows("notifications.attendance_known", A_REVISION),
    ),
    Effect(
        "notifications", "one word of after-care a session", ("session-completed",), "subject", _messages("after-care")
    ),
)


def _once(one: Effect) -> str:
    """Only what was heard and is no dead letter must have its effect; only what is in Kafka may have one, as long as Kafka
    has let go of nothing."""
    return f"""
    select coalesce(caused.thing, effect.thing) as thing,
           case when times is null and due then false
                when times is null then null
                else times = 1 and (caused.thing is not null or exists (select from log where first > 0))
           end as holds
      from (select ({one.thing})::text as thing, bool_or(passed and not buried) as due, bool_and(passed) as passed
              from hearing
             where service = '{one.service}' and topic in ({names(one.topics)})
             group by 1) as caused
      full join (select thing, count(*) as times from ({one.found}) as found group by thing) as effect using (thing)
     where coalesce(caused.thing, effect.thing) is not null
       and (times is not null or due or not passed)
    """


CHECKS = (
    *(
        Check("I4", f"{service}: each event was handled once, or is a dead letter", _handled(service), "dead letters")
        for service in SERVICES
    ),
    Check("I4", "what cannot be read is a dead letter of each hearer", UNREADABLE),
    Check("I4", "nothing was handled that nobody said", OUT_OF_NOTHING),
    *(Check("I4", f"{one.service}: {one.words}", _once(one)) for one in EFFECTS),
)
