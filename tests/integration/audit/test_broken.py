"""For every sentence of the auditor something that contradicts it, done by hand, and the auditor names it.

Each statement breaks a copy of a whole day and answers what is broken; only the invariants named may be violated.
"""

import pytest

BROKEN = {
    # I1
    "a kept answer belongs to nothing that was said": (
        "update intake.idempotency set created_at = created_at + interval '1 second' "
        "where key = (select min(key) from intake.idempotency) returning 'intake at ' || created_at",
        {"I1": "a kept answer was given for something"},
    ),
    "a kept answer is half kept": (
        "update scheduling.idempotency set answer = null where key = (select min(key) from scheduling.idempotency) "
        "returning 'scheduling at ' || created_at",
        {"I1": "a kept answer was given for something"},
    ),
    "a request has lost its link": (
        "delete from intake.request_link where request_id = (select id from intake.consultation_request limit 1) "
        "returning request_id",
        {"I1": "a request that is there is whole"},
    ),
    "a request in which a risk was seen has vanished before anybody took it": (
        "delete from intake.request_draft where sent_at is null; "
        "select id from intake.risk_flag where request_id not in (select id from intake.consultation_request)",
        {"I1": "a risk leads to a request"},
    ),
    "what was answered page by page was lost": (
        "delete from intake.request_answers returning request_id",
        {"I1": "a request that was sent page by page"},
    ),
    # I2
    "a state was changed and nobody was told": (
        "update intake.consultation_request set version = 2 "
        "where id = (select id from intake.consultation_request where version = 1 limit 1) returning id",
        {"I2": "intake: each consultation request has said"},
    ),
    "a state has stepped back behind its words": (
        "update scheduling.session set version = 1 where id = (select id from scheduling.session where version = 2 limit 1) "
        "returning id",
        {"I2": "scheduling: each session has said"},
    ),
    "a thing has vanished that was spoken of": (
        "delete from intake.risk_flag; select event_id from intake.outbox where topic = 'risk-raised'",
        {"I2": "what was said has its state"},
    ),
    "an outbox row is gone": (
        "delete from scheduling.outbox_sent where topic = 'session-completed'; select id from scheduling.session "
        "where state = 'completed'",
        {"I2": "scheduling: each session has said", "I3": "everything in Kafka was said by an outbox"},
    ),
    # I3
    "an outbox row says something else than Kafka": (
        "update intake.outbox_sent set body = body || ' '::bytea where topic = 'risk-raised' returning event_id",
        {"I3": "every event that was sent stands in Kafka"},
    ),
    "an outbox row remembers a place where nothing stands": (
        """update intake.outbox_sent set "offset" = 1000000 where topic = 'risk-raised' returning event_id""",
        {"I3": "every event that was sent stands in Kafka"},
    ),
    "an outbox row remembers the place of another": (
        """update notifications.outbox_sent as one set "offset" = other."offset" from notifications.outbox_sent as other
            where one.topic = 'staff-changed' and other.topic = one.topic and other."partition" = one."partition"
              and other.seq > one.seq returning one.event_id""",
        {"I3": "every event that was sent stands in Kafka"},
    ),
    "an operator has set an event aside": (
        """insert into intake.dead_letter (id, consumer_group, handler, topic, "partition", "offset", log_epoch, event_id,
                                           failure, tries)
           select gen_random_uuid(), 'intake.relay', 'intake.relay', topic, -1, seq, 0, event_id, 'refused', 1
             from intake.outbox_sent where topic = 'risk-raised';
           delete from intake.outbox_sent where topic = 'risk-raised' returning event_id""",
        {
            "I2": "intake: each risk flag has said each of its versions",
            "I3": "every event was sent, none is parked or set aside",
        },
    ),
    "an event is parked": (
        """insert into intake.outbox_waiting (seq, event_id, recorded_at, lane, topic, key, headers, body, parked_at)
           select seq, event_id, recorded_at, lane, topic, key, headers, body, now() from intake.outbox_sent
            where topic = 'risk-raised';
           delete from intake.outbox_sent where topic = 'risk-raised' returning event_id""",
        {"I3": "every event was sent"},
    ),
    # I4
    "an event was never handled": (
        "delete from intake.inbox where handler = 'intake.note_follow_ups' returning event_id",
        {"I4": "intake: each event was handled once"},
    ),
    "an event was handled twice": (
        "alter table intake.inbox drop constraint inbox_pkey;"
        "insert into intake.inbox select * from intake.inbox where handler = 'intake.note_follow_ups' returning event_id",
        {"I4": "intake: each event was handled once"},
    ),
    "something was handled that nobody said": (
        "insert into scheduling.inbox values ('scheduling.know_staff', gen_random_uuid()) returning event_id",
        {"I4": "nothing was handled that nobody said"},
    ),
    "a broken record left no dead letter": (
        """update scheduling.dead_letter set "offset" = 1000000
           returning topic || '[' || "partition" || '] @ ' """,
        {
            "I3": "everything in Kafka was said by an outbox, or is broken",
            "I4": "what cannot be read is a dead letter of each hearer",
        },
    ),
    "a request has two consultations": (
        """alter table scheduling.consultation drop constraint consultation_request_id_key;
           insert into scheduling.consultation
           select gen_random_uuid(), clinic_id, patient_id, request_id, reference, 'awaiting', urgency, wishes,
                  requested_at, withdrawn, request_version, 0
             from scheduling.consultation limit 1 returning request_id""",
        {"I4": "scheduling: one consultation a request"},
    ),
    "a session has no follow-up": (
        "delete from intake.follow_up_due returning session_id",
        {"I4": "intake: one follow-up a session"},
    ),
    "a follow-up came of nothing": (
        """insert into intake.follow_up_due
           select gen_random_uuid(), clinic_id, patient_id, ended_at, outcome, worst_severity, due_at
             from intake.follow_up_due returning session_id""",
        {"I4": "intake: one follow-up a session"},
    ),
    "a risk is not in the inbox": (
        "delete from notifications.inbox_item where kind = 'risk' returning subject",
        {"I4": "notifications: one inbox row a risk"},
    ),
    "a patient is told a time twice": (
        """alter table notifications.message drop constraint message_kind_about_id_revision_key;
           insert into notifications.message
                  (id, clinic_id, patient_id, kind, about_id, revision, state, planned_at, due_at, expires_at)
           select gen_random_uuid(), clinic_id, patient_id, kind, about_id, revision, 'cancelled', planned_at, due_at,
                  expires_at
             from notifications.message where kind = 'session-scheduled' limit 1
           returning about_id || ' revision ' || revision""",
        {"I4": "notifications: one message a time that was promised"},
    ),
    "nobody tells a patient that a time was taken back": (
        """delete from notifications.message_event using notifications.message
            where message.id = message_id and kind = 'consultation-cancelled';
           delete from notifications.message where kind = 'consultation-cancelled'
           returning about_id || ' revision ' || revision""",
        {
            "I4": "notifications: one message a time that was taken back",
            "I7": "a receipt has its message",
        },
    ),
    # I5
    "a chair is booked twice": (
        """alter table scheduling.resource_booking drop constraint resource_booking_never_overlaps;
           insert into scheduling.resource_booking (id, clinic_id, resource_id, appointment_id, during)
           select gen_random_uuid(), clinic_id, resource_id, appointment_id,
                  tstzrange(lower(during) + interval '5 minutes', upper(during))
             from scheduling.resource_booking where active limit 1 returning id""",
        {"I5": "no resource is booked twice"},
    ),
    "a patient is in two places": (
        """update scheduling.appointment as one set patient_id = other.patient_id, starts_at = other.starts_at,
                  ends_at = other.ends_at
             from scheduling.appointment as other
            where one.kind = 'consultation' and one.state = 'booked' and other.state = 'completed'
              and one.id = (select id from scheduling.appointment where state = 'booked' limit 1)
           returning case when one.id > other.id then one.id else other.id end""",
        {"I5": "no patient is booked twice"},
    ),
    "an appointment stands and its time was given away": (
        """update scheduling.resource_booking set active = false
            where appointment_id = (select id from scheduling.appointment where state = 'booked' limit 1)
           returning appointment_id""",
        {"I5": "an appointment that stands has its resources"},
    ),
    "a cancelled appointment keeps its time": (
        """alter table scheduling.resource_booking drop constraint resource_booking_never_overlaps;
           update scheduling.resource_booking
              set active = true, during = tstzrange(lower(during) + interval '300 days', upper(during) + interval '300 days')
            where appointment_id in (select id from scheduling.appointment where state = 'cancelled')
           returning appointment_id""",
        {"I5": "an appointment that stands has its resources"},
    ),
    "a consultation is booked for no time": (
        "update scheduling.consultation set state = 'booked' where state = 'waitlisted' returning id",
        {"I5": "a booked consultation has one appointment"},
    ),
    "a session was cancelled and its appointment was not": (
        "update scheduling.session set state = 'booked' where state = 'cancelled' returning id",
        {"I5": "a session has one appointment"},
    ),
    # I6
    "a thing spoke in the wrong order": (
        """update notifications.outbox_sent as one
              set seq = (select max(seq) + min(seq) from notifications.outbox_sent as all_of
                          where all_of.topic = one.topic and all_of.headers::json->>'ce_subject' =
                                one.headers::json->>'ce_subject') - seq
            where topic = 'staff-changed'
              and headers::json->>'ce_subject' = (select id::text from notifications.staff where version = 3);
           select event_id from notifications.outbox
            where headers::json->>'ce_subjectversion' = '1' and topic = 'staff-changed'
              and headers::json->>'ce_subject' = (select id::text from notifications.staff where version = 3)""",
        {"I6": "each thing said its versions in order"},
    ),
    "a copy has stepped back": (
        """update notifications.consultation_known set version = 1
            where consultation_id = (select consultation_id from notifications.consultation_known where version = 2)
           returning consultation_id""",
        {"I6": "notifications holds the newest of its consultations"},
    ),
    "a copy is missing": (
        "delete from intake.staff_directory where version = 3 returning staff_id",
        {"I6": "intake holds the newest of its staff"},
    ),
    "a copy knows what nobody has said": (
        """update scheduling.consultation set request_version = 9
            where id = (select id from scheduling.consultation limit 1) returning request_id""",
        {"I6": "scheduling holds the newest of its requests"},
    ),
    # I7
    "a message lies about after its time": (
        """update notifications.message
              set state = 'planned', due_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'
            where id = (select id from notifications.message where state = 'cancelled' limit 1) returning id""",
        {"I7": "a message that was due came to an end", "I10": "no message that is due waits"},
    ),
    "a message went after its time": (
        """update notifications.message set sent_at = expires_at + interval '1 hour'
            where kind = 'after-care' returning id""",
        {"I7": "a message that was due came to an end"},
    ),
    "a message went that was never handed over": (
        "update notifications.message set offered = 0 where kind = 'after-care' returning id",
        {"I7": "a receipt has its message"},
    ),
    "a time was told after its cancellation was known": (
        """update notifications.appointment_known set heard_at = heard_at - interval '1 hour'
            where state = 'cancelled' and kind = 'consultation';
           select message.id from notifications.message
             join notifications.appointment_known as known on known.appointment_id = message.about_id
            where message.kind = 'consultation-scheduled' and known.state = 'cancelled'""",
        {"I7": "no time was told after its cancellation"},
    ),
    "nobody was asked to phone whom no e-mail reaches": (
        """delete from notifications.inbox_item where kind = 'phone' and message_id is not null returning subject""",
        {"I7": "whom no e-mail could reach"},
    ),
    # I10
    "an event waits": (
        """insert into intake.outbox_waiting (seq, event_id, recorded_at, lane, topic, key, headers, body)
           select seq, event_id, recorded_at, lane, topic, key, headers, body from intake.outbox_sent
            where topic = 'risk-raised';
           delete from intake.outbox_sent where topic = 'risk-raised'; select 'intake: 2'""",
        {"I10": "no outbox keeps an event waiting"},
    ),
    "a hearer lags behind": (
        """update intake.consumer_position set next_offset = next_offset - 1
            where topic = 'session-completed' and next_offset > 0
           returning 'intake.session-completed[' || "partition" || ']: 1'""",
        {"I10": "every hearer stands at the end of each log"},
    ),
    "a hearer stands where the log no longer reaches": (
        """update intake.consumer_position set next_offset = next_offset + 1
            where topic = 'session-completed' and next_offset > 0 returning 'intake.session-completed'""",
        {"I10": "every hearer stands at the end of each log"},
    ),
    "a hearer has not noticed that its log was cut and is as long again": (
        """update intake.consumer_position set log_epoch = log_epoch - 1
            where topic = 'session-completed' and next_offset > 0 returning 'intake.session-completed'""",
        {"I10": "every hearer stands at the end of each log"},
    ),
    "a log has lost its tail": (
        """update intake.log_state set highest_offset = highest_offset + 1 where topic = 'risk-raised'
           and highest_offset >= 0 returning topic""",
        {"I10": "every hearer stands at the end of each log"},
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_the_auditor_names_what_is_broken(copy, name):
    statements, expected = BROKEN[name]
    thing = await copy.fetch(statements)

    findings = await copy.audit()

    assert findings.violated == set(expected), findings
    named = {one.words: one.examples for one in findings.broken()}
    for words in expected.values():
        assert any(said.startswith(words) for said in named), findings
    assert any(thing in example for examples in named.values() for example in examples), findings


async def test_the_order_in_kafka_is_judged_too(copy):
    statements, _ = BROKEN["a thing spoke in the wrong order"]
    await copy.fetch(statements)

    findings = await copy.audit()

    assert "each thing's events stand in Kafka in that order" in {one.words for one in findings.broken()}


async def test_what_a_projection_was_let_forget_by_an_operator_is_not_held_against_it(copy):
    await copy.fetch(
        """delete from intake.inbox where handler = 'intake.note_follow_ups';
           insert into intake.repair (id, act, operator, why, facts)
           values (gen_random_uuid(), 'replay', 'ada', 'the projection was wrong',
                   '{"forgot": ["intake.note_follow_ups"]}') returning id"""
    )

    findings = await copy.audit()

    assert findings.kept, str(findings)
