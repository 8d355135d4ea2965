"""I1: every acknowledged command has its state.

Two witnesses. The clients' ledger, where there is one; and the answers that services keep for idempotency keys, written
in the effect's own transaction. Whatever a service says in a transaction is recorded at the instant the transaction
began, and so is the kept answer: that instant ties the two together without opening the seal. What staff do to an
appointment and nobody else needs to hear of leaves its act instead, at the same instant, and a change of the clinic its
place in the clinic's history.
"""

from operations.auditing.check import REMEMBERED, Check

ANSWERS = f"""
    with effect as (
        select service, recorded_at as at from said
         union all
        select 'scheduling', done_at
          from scheduling.appointment_act
         where act in ('arrived', 'arrival-taken-back', 'began', 'begin-taken-back', 'completed')
         union all
        select 'scheduling', changed_at
          from scheduling.clinic_change
    )
    select answer.service || ' at ' || answer.created_at as thing,
           (max(answer.keys) <= count(effect.at) and bool_and(answer.whole)) as holds
      from (select service, created_at, count(*) as keys,
                   bool_and(answer is not null or created_at < now() - interval '24 hours') as whole
              from idempotency
             where created_at > now() - {REMEMBERED}
             group by service, created_at) as answer
      left join effect on effect.service = answer.service and effect.at = answer.created_at
     group by answer.service, answer.created_at
"""

REQUESTS_WHOLE = """
    select request.id::text as thing,
           exists (select from intake.patient where patient.id = request.patient_id)
           and exists (select from intake.request_link as link where link.request_id = request.id) as holds
      from intake.consultation_request as request
"""

RISKS_LEAD_TO_SOMEBODY = """
    select flag.id::text as thing,
           exists (select from intake.consultation_request as request where request.id = flag.request_id)
           or exists (select from intake.request_draft as draft where draft.request_id = flag.request_id)
           or exists (select from intake.alert_acknowledgement as heard where heard.alert_id = flag.id) as holds
      from intake.risk_flag as flag
     where flag.request_id is not null
"""

SENT_PAGE_BY_PAGE = """
    select draft.request_id::text as thing,
           exists (select from intake.consultation_request as request where request.id = draft.request_id)
           and exists (select from intake.request_answers as kept where kept.request_id = draft.request_id) as holds
      from intake.request_draft as draft
     where draft.sent_at is not null
"""

REQUESTS = """
    select coalesce(reference, key) as thing,
           case outcome
             when 'ok' then coalesce(kept = 1 and known = 1, false)
             when 'failed' then kept is null
             else coalesce(kept, 1) = 1
           end as holds
      from command
      left join (select key, count(*) as kept from intake.idempotency group by key) as answer using (key)
      left join (select reference, count(*) as known
                   from intake.consultation_request
                  group by reference) as request using (reference)
     where command = 'request'
"""

SESSIONS = """
    select coalesce(session_id::text, key) as thing,
           case outcome
             when 'ok' then coalesce(kept = 1 and known = 1, false)
             when 'failed' then kept is null
             else coalesce(kept, 1) = 1
           end as holds
      from command
      left join (select key, count(*) as kept from scheduling.idempotency group by key) as answer using (key)
      left join (select session_id, count(*) as known
                   from scheduling.appointment
                   join scheduling.session on session.id = session_id
                  group by session_id) as session using (session_id)
     where command = 'session'
"""


def _of_one_thing(command: str, name: str, there: str) -> str:
    """Commands that change a thing: it is changed once one of them was acknowledged, and never if all were refused."""
    return f"""
    select {name}::text as thing,
           case when bool_or(outcome = 'ok') then {there}
                when bool_or(outcome = 'unknown') then true
                else not {there}
           end as holds
      from command
     where command = '{command}' and {name} is not null
     group by {name}
    """


WITHDRAWALS = _of_one_thing(
    "withdrawal",
    "reference",
    """exists (select from intake.consultation_request as request
                where request.reference = command.reference and request.withdrawn_at is not null)""",
)
RECORDS = _of_one_thing(
    "record",
    "session_id",
    """exists (select from scheduling.session
                where session.id = command.session_id and session.state = 'completed')""",
)

CHECKS = (
    Check("I1", "a kept answer was given for something that was said or done in the same breath", ANSWERS),
    Check("I1", "a request that is there is whole: its person, its link", REQUESTS_WHOLE),
    Check("I1", "a risk leads to a request, sent or not, until somebody has taken it", RISKS_LEAD_TO_SOMEBODY),
    Check("I1", "a request that was sent page by page is there with its answers", SENT_PAGE_BY_PAGE),
    Check("I1", "ledger: a request that was acknowledged is there once, one that was refused is not", REQUESTS),
    Check("I1", "ledger: a withdrawal that was acknowledged is there", WITHDRAWALS),
    Check("I1", "ledger: a session that was booked is there once, one that was refused is not", SESSIONS),
    Check("I1", "ledger: a session whose record was acknowledged has it", RECORDS),
)
