"""I7: every message that was due came to an end in time, and the mail server's receipts say the same as our rows.

E-mail is at least once: a claim whose sender died is handed over again under the same Message-ID. So a receipt may come
twice, but never oftener than the message was handed over, and always with the same words.
"""

from operations.auditing.check import Check, names

ENDS = names(("sent", "delivered", "cancelled", "suppressed", "expired", "bounced", "failed"))
MUST_REACH = names(
    (
        "consultation-scheduled",
        "consultation-cancelled",
        "consultation-waitlisted",
        "consultation-declined",
        "decided-suitable",
        "decided-not-suitable",
        "decided-more-information",
        "information-asked",
        "scales-due",
        "session-scheduled",
        "session-cancelled",
    )
)

CAME_TO_AN_END = f"""
    select id::text as thing,
           case when state in ('sent', 'delivered') then sent_at < expires_at + interval '2 minutes' -- the last lease
                when state in ({ENDS}) then true
                when expires_at < now() - interval '10 minutes' then false -- the longest pause, a lease, and room
           end as holds
      from notifications.message
     where (state <> 'planned' or due_at <= now())
       -- It waits for the morning.
       and not (state = 'retrying' and reason is not distinct from 'quiet-hours' and due_at > now())
       -- Staff let it go, or it ends by its own time.
       and not (state = 'planned' and reason is not distinct from 'waits-for-staff'
                and expires_at > now() - interval '10 minutes')
"""

HAS_ITS_RECEIPT = """
    select id::text as thing,
           exists (select from receipt where receipt.message_id = message.header_id) as holds
      from notifications.message
     where state in ('sent', 'delivered') and exists (select from mailbox)
"""

HAS_ITS_MESSAGE = """
    select coalesce(message.id::text, receipt.message_id) as thing,
           case when count(*) <= coalesce(message.offered, 0) then true
                when max(received_at) <= now() then false
           end as holds,
           count(*) > 1 as remarked
      from receipt
      left join notifications.message on message.header_id = receipt.message_id
     group by receipt.message_id, message.id
"""

SAME_WORDS = """
    select message_id as thing, count(distinct fingerprint) = 1 as holds
      from receipt
     group by message_id
    having count(*) > 1
"""

NEVER_AFTER_A_CANCELLATION = """
    select message.id::text as thing,
           not (known.state = 'cancelled'
                and known.revision > message.revision
                and claimed_at > known.heard_at + interval '20 seconds') as holds -- the longest transaction
      from notifications.message
      join notifications.appointment_known as known on known.appointment_id = message.about_id
     cross join lateral (select max(at) as claimed_at
                           from notifications.message_event as step
                          where step.message_id = message.id and step.state = 'claimed') as last_claim
     where message.kind in ('consultation-scheduled', 'session-scheduled') and message.state in ('sent', 'delivered')
"""

PHONED_INSTEAD = f"""
    select message.id::text as thing,
           exists (select from notifications.inbox_item as item
                    where item.kind = 'phone' and item.subject = message.id) as holds
      from notifications.message
     where (message.state = 'failed' and message.kind <> 'request-paused') -- of somebody who is no patient yet
        or (message.kind in ({MUST_REACH})
            and ((message.state = 'expired' and message.attempts > 0)
                 or (message.state = 'suppressed' and message.reason in ('no-contact', 'no-email'))))
"""

CHECKS = (
    Check("I7", "a message that was due came to an end while it was true", CAME_TO_AN_END),
    Check("I7", "an e-mail that is marked as sent has a receipt", HAS_ITS_RECEIPT),
    Check(
        "I7", "a receipt has its message, and no more receipts than it was handed over", HAS_ITS_MESSAGE, "came again"
    ),
    Check("I7", "an e-mail that came again has the same words", SAME_WORDS),
    Check("I7", "no time was told after its cancellation was known", NEVER_AFTER_A_CANCELLATION),
    Check("I7", "whom no e-mail could reach, staff were asked to phone", PHONED_INSTEAD),
)
