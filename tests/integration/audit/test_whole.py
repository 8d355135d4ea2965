"""Nothing is wrong, and the auditor says so only of what it has looked at."""

from operations.auditing.findings import INVARIANTS, Verdict
from tests.integration.audit.played import written


async def test_a_day_on_which_all_went_well_keeps_every_promise(day, copy, tmp_path):
    findings = await copy.audit(written(tmp_path, day.ledger))

    assert findings.kept, findings
    assert findings.drained_after is not None


async def test_a_broken_record_that_is_a_dead_letter_of_each_hearer_is_told_and_not_held_against_anybody(day, copy):
    findings = await copy.audit()

    assert "1 not said by an outbox" in {one.remark for one in findings.of("I3")}


async def test_every_sentence_has_looked_at_something(day, copy, tmp_path):
    findings = await copy.audit(written(tmp_path, day.ledger))

    assert {one.words for one in findings.findings if one.verdict is Verdict.UNCHECKED} == {
        "intake: each dead letter has said each of its versions once",  # nothing that intake hears was broken
        "intake: each scale score has said each of its versions once",  # its questions come the day after
        "scheduling: each change link ask has said each of its versions once",
        "notifications: one link each time it is asked for",  # nobody's link to change an appointment has ended
        "scheduling: each slot offer has said each of its versions once",  # where they are asked first, and nobody waits
        "notifications: one letter an offer",
        "scheduling: each consultation late has said each of its versions once",  # there was a time for everybody
        "scheduling: each late given up has said each of its versions once",
        "scheduling: each move withdrawn has said each of its versions once",  # no change of the clinic was taken back
        "notifications: one word that a time stays",
        "notifications: one word of what was decided each time",  # nothing was decided on that day
        "an e-mail that came again has the same words",  # none came again
    }


async def test_a_receipt_that_waits_for_staff_is_not_late(day, copy, tmp_path):
    await copy.fetch(
        """
        update notifications.message
           set state = 'planned', reason = 'waits-for-staff', due_at = now() - interval '1 day',
               expires_at = now() + interval '1 day'
         where id = (select id from notifications.message where state = 'cancelled' limit 1)
        """
    )

    findings = await copy.audit(written(tmp_path, day.ledger))

    assert findings.kept, findings


async def test_a_reminder_that_waits_for_the_morning_is_not_late(day, copy, tmp_path):
    await copy.fetch(
        """
        update notifications.message
           set state = 'retrying', reason = 'quiet-hours', due_at = now() + interval '8 hours',
               expires_at = now() + interval '1 day'
         where id = (select id from notifications.message where state = 'cancelled' limit 1)
        """
    )

    findings = await copy.audit(written(tmp_path, day.ledger))

    assert findings.kept, findings


async def test_an_empty_system_keeps_nothing(copy):
    findings = await copy.audit()
    emptied = type(findings)(
        tuple(type(one)(one.invariant, one.words, 0) for one in findings.findings), findings.drained_after
    )

    assert not emptied.kept
    assert emptied.unchecked == set(INVARIANTS)
