"""I3: what the outboxes hold and what stands in Kafka are the same, record by record.

What Kafka no longer keeps (its beginning has moved past it) is not asked for. A record may stand there several times.
"""

from operations.auditing.check import Check

SENT = """
    select topic || ' ' || event_id as thing,
           case when parked then false when published then true end as holds
      from said
     union all
    select topic || ' ' || coalesce(event_id::text, 'dead letter ' || id), false
      from dead_letter
     where consumer_group = service || '.relay' and redriven_at is null
"""

AT_ITS_PLACE = """
    select said.topic || ' ' || said.event_id as thing,
           stored.event_id is not distinct from said.event_id
           and stored.fingerprint is not distinct from said.fingerprint
           and stored.log_epoch is not distinct from said.log_epoch as holds
      from said
      left join log using (topic, "partition")
      left join stored using (topic, "partition", "offset")
     where said.published and said."offset" >= coalesce(log.first, 0)
"""

SAID_BY_SOMEBODY = """
    select stored.topic || '[' || stored."partition" || '] @ ' || stored."offset" as thing,
           case when said.event_id is not null then true
                when not stored.readable and letters >= hearers then true
                when stored.known then false
           end as holds,
           said.event_id is null as remarked
      from stored
      left join said using (topic, event_id)
      left join (select topic, count(*) as hearers from hearer group by topic) as heard using (topic)
      left join buried on buried.topic = stored.topic
                      and buried."partition" = stored."partition"
                      and buried."offset" = stored."offset"
"""

AS_WRITTEN = """
    select stored.topic || '[' || stored."partition" || '] @ ' || stored."offset" as thing,
           stored.fingerprint = said.fingerprint or (not stored.readable and letters is not null) as holds,
           count(*) over (partition by stored.topic, stored.event_id) > 1 as remarked
      from stored
      join said using (topic, event_id)
      left join buried on buried.topic = stored.topic
                      and buried."partition" = stored."partition"
                      and buried."offset" = stored."offset"
"""

ONE_PARTITION_A_KEY = """
    select topic || ' ' || key as thing, count(distinct "partition") = 1 as holds
      from stored
     where readable
     group by topic, key
"""

CHECKS = (
    Check("I3", "every event was sent, none is parked or set aside", SENT),
    Check("I3", "every event that was sent stands in Kafka where it is remembered", AT_ITS_PLACE),
    Check(
        "I3",
        "everything in Kafka was said by an outbox, or is broken and a dead letter",
        SAID_BY_SOMEBODY,
        "not said by an outbox",
    ),
    Check(
        "I3",
        "everything in Kafka has the key and the words of its outbox row",
        AS_WRITTEN,
        "stand there more than once",
    ),
    Check("I3", "a key keeps to one partition", ONE_PARTITION_A_KEY),
)
