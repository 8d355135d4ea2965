"""Planned and sent messages. A message lives as long as what it says is the newest that is known.

Who locks several messages does so in the order of their ids: nobody waits in a circle.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifications.domain.message import MessageKind, MessageState, Plan, Reason
from services.notifications.store import inbox
from shared.database.transaction import Transaction
from shared.ids import uuid7

SCOPE = "outgoing"
"""What the sender listens to: something may be due."""
LEASE_SECONDS = 30
"""As long as the messages of a sender that died wait for another; a living one renews it."""

# The one fence: newer news of the appointment, the consultation or the request, an appointment that is over, a request
# that is given up, or has been sent, or about which there is something better to say than that it has arrived; a
# questionnaire that is done.
_NO_LONGER_TRUE = """
    (exists (select from appointment_known known
              where known.appointment_id = message.about_id
                and (known.revision > message.revision or known.ended_at is not null))
     or exists (select from consultation_known known
                 where known.consultation_id = message.about_id and known.version > message.revision)
     or (message.kind = 'request-received'
         and exists (select from consultation_known known where known.request_id = message.about_id))
     or exists (select from request_known known
                 where known.request_id = message.request_id
                   and case when message.kind = 'request-paused' then true
                            when message.kind = 'information-asked' or message.kind like 'consultation-declined%'
                            then known.version > message.revision
                            when message.kind in ('request-received', 'consultation-scheduled',
                                                  'consultation-waitlisted', 'change-link')
                            then known.withdrawn_at is not null or known.declined_at is not null
                       end)
     or (message.kind = 'scales-due'
         and exists (select from questionnaire_known known
                      where known.questionnaire_id = message.about_id and known.finished_at is not null)))
"""


async def plan(tx: Transaction, plans: Sequence[Plan]) -> None:
    """Each message once. One that comes too late, or is no longer true, is on record from the beginning and never goes.

    Too late comes first: it does not depend on what else was heard before.
    """
    if not plans:
        return
    await tx.execute(
        f"""
        with message as (
             select *
               from jsonb_to_recordset($1::text::jsonb)
                    as message (id uuid, kind text, clinic_id uuid, patient_id uuid, about_id uuid, revision bigint,
                                due_at timestamptz, expires_at timestamptz, request_id uuid, appointment_id uuid,
                                reason text)
        ), judged as (
             select message.*, {_NO_LONGER_TRUE} as stale from message
        ), planned as (
             insert into message
                    (id, clinic_id, patient_id, kind, about_id, revision, request_id, appointment_id, state, reason,
                     planned_at, due_at, expires_at)
             select id, clinic_id, patient_id, kind, about_id, revision, request_id, appointment_id,
                    case when expires_at <= $2 then 'expired' when stale then 'cancelled' else 'planned' end,
                    case when expires_at <= $2 then 'too-late' when stale then 'no-longer-true' else reason end,
                    $2, due_at, expires_at
               from judged
              order by about_id, revision
                 on conflict (kind, about_id, revision) do nothing
             returning id, state, reason
        )
        insert into message_event (message_id, at, state, reason) select id, $2, state, reason from planned
        """,  # noqa: S608 - the fence is a constant of this module
        json.dumps(
            [{"id": uuid7(), **{name: getattr(one, name) for name in Plan.__slots__}} for one in plans], default=str
        ),
        tx.now,
    )
    tx.changed(SCOPE)


async def release_receipts(tx: Transaction, requests: Iterable[UUID]) -> None:
    """Of these requests: what waited for staff waits no longer, if they have let the request be booked.

    Its times stay those of the request, so that it ends the same in whatever order the two were heard.
    """
    await tx.execute(
        """
        with released as (
             update message
                set reason = null
               from request_known as known
              where message.about_id = any ($1::uuid[])
                and message.kind = 'request-received'
                and message.state = 'planned'
                and message.reason = 'waits-for-staff'
                and known.request_id = message.about_id
                and known.disposition = 'book'
             returning message.id
        )
        insert into message_event (message_id, at, state) select id, $2, 'planned' from released
        """,
        list(requests),
        tx.now,
    )


async def cancel_untrue(tx: Transaction, about: Iterable[UUID]) -> None:
    """Of these things and these requests: cancel what must not go any more, and call back the phone calls that were
    asked for instead.

    What is claimed just now is left to its sender, who asks scheduling before it speaks. If its outcome is being written
    down at this moment, that is waited for, so that the phone call it asks for is seen here; or it waits for this news.
    """
    ids = list(about)
    if not ids:
        return
    await tx.execute(
        """
        select from message
         where (about_id = any ($1::uuid[]) or request_id = any ($1::uuid[]))
           and state in ('planned', 'claimed', 'retrying')
         order by id
           for no key update
        """,
        ids,
    )
    await tx.execute(
        f"""
        with cancelled as (
             update message
                set state = 'cancelled', reason = 'no-longer-true'
              where (about_id = any ($1::uuid[]) or request_id = any ($1::uuid[]))
                and state in ('planned', 'retrying') and {_NO_LONGER_TRUE}
             returning id
        )
        insert into message_event (message_id, at, state, reason)
        select id, $2, 'cancelled', 'no-longer-true' from cancelled
        """,  # noqa: S608 - the fence is a constant of this module
        ids,
        tx.now,
    )
    done = await tx.execute(
        f"""
        update inbox_item
           set state = 'resolved', changed_at = $2
          from message
         where inbox_item.message_id = message.id
           and inbox_item.state = 'open'
           and (message.about_id = any ($1::uuid[]) or message.request_id = any ($1::uuid[]))
           and {_NO_LONGER_TRUE}
        """,  # noqa: S608 - the fence is a constant of this module
        ids,
        tx.now,
    )
    if not done.endswith(" 0"):
        tx.changed(inbox.SCOPE)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in one sender's hands until its lease ends."""

    id: UUID
    claim: UUID
    clinic_id: UUID
    patient_id: UUID
    kind: MessageKind
    about_id: UUID
    revision: int
    request_id: UUID | None
    appointment_id: UUID | None
    planned_at: datetime
    due_at: datetime
    expires_at: datetime
    attempts: int
    header_id: str


async def claim(tx: Transaction, most: int, mail_domain: str) -> list[Claimed]:
    """Messages whose sender died, and the next due ones. Leases count by the database's clock.

    Two looks, each by its own index: one for both reads everything that is due, each time.
    """
    token = uuid7()
    rows = await tx.fetch(
        """
        with due as (
             select id
               from message
              where state in ('planned', 'retrying') and due_at <= $1
                and (reason is distinct from 'waits-for-staff' or expires_at <= $1)
              order by due_at
              limit $2
                for update skip locked
        ), left_behind as (
             select id
               from message
              where state = 'claimed' and claimed_until < now()
              order by claimed_until
              limit $2
                for update skip locked
        ), next as (
             select id from left_behind union all select id from due limit $2
        ), claimed as (
             update message
                set state = 'claimed',
                    reason = null,
                    claim = $3,
                    claimed_until = now() + make_interval(secs => $4),
                    attempts = attempts + 1,
                    header_id = coalesce(header_id, '<' || message.id || '@' || $5 || '>')
               from next
              where message.id = next.id
             returning message.id, clinic_id, patient_id, kind, about_id, revision, request_id, appointment_id,
                       planned_at, due_at, expires_at, attempts, header_id
        ), noted as (
             insert into message_event (message_id, at, state) select id, $1, 'claimed' from claimed
        )
        select * from claimed order by due_at
        """,
        tx.now,
        most,
        token,
        float(LEASE_SECONDS),
        mail_domain,
    )
    return [
        Claimed(
            id=row["id"],
            claim=token,
            clinic_id=row["clinic_id"],
            patient_id=row["patient_id"],
            kind=MessageKind(row["kind"]),
            about_id=row["about_id"],
            revision=row["revision"],
            request_id=row["request_id"],
            appointment_id=row["appointment_id"],
            planned_at=row["planned_at"],
            due_at=row["due_at"],
            expires_at=row["expires_at"],
            attempts=row["attempts"],
            header_id=row["header_id"],
        )
        for row in rows
    ]


async def renew(tx: Transaction, claimed: Sequence[Claimed]) -> None:
    """What is still claimed of these stays so for another lease."""
    await tx.execute(
        """
        with ours as (
             select id
               from message
              where id = any ($1::uuid[]) and claim = any ($2::uuid[]) and state = 'claimed'
              order by id
                for no key update
        )
        update message
           set claimed_until = now() + make_interval(secs => $3)
          from ours
         where message.id = ours.id
        """,
        [message.id for message in claimed],
        list({message.claim for message in claimed}),
        float(LEASE_SECONDS),
    )


async def hold(tx: Transaction, message: Claimed) -> None:
    """News that is nearly written down is waited for, later news waits until this transaction ends."""
    await tx.execute("select from message where id = $1 for no key update", message.id)


async def hold_all(tx: Transaction, messages: Sequence[Claimed]) -> None:
    """The same for several."""
    await tx.execute(
        "select from message where id = any ($1::uuid[]) order by id for no key update", [one.id for one in messages]
    )


async def offer(tx: Transaction, messages: Sequence[Claimed]) -> set[UUID]:
    """The last look before the mail server gets them, kept on record first. Who is not among the answers is stale, or
    somebody else's."""
    rows = await tx.fetch(
        f"""
        update message
           set offered = offered + 1
         where id = any ($1::uuid[]) and claim = any ($2::uuid[]) and state = 'claimed' and not {_NO_LONGER_TRUE}
        returning id
        """,  # noqa: S608 - the fence is a constant of this module
        [one.id for one in messages],
        list({one.claim for one in messages}),
    )
    return {row["id"] for row in rows}


async def mark_sent(tx: Transaction, messages: Sequence[Claimed]) -> None:
    """Ends the claims of what the mail server has taken, where they are not over and somebody else has the message."""
    await tx.execute(
        """
        with ours as (
             select id
               from message
              where id = any ($1::uuid[]) and claim = any ($2::uuid[]) and state = 'claimed'
              order by id
                for no key update
        ), sent as (
             update message
                set state = 'sent', reason = null, sent_at = $3, claim = null, claimed_until = null
               from ours
              where message.id = ours.id
             returning message.id
        )
        insert into message_event (message_id, at, state) select id, $3, 'sent' from sent
        """,
        [one.id for one in messages],
        list({one.claim for one in messages}),
        tx.now,
    )
    tx.changed(inbox.SCOPE)


async def settle(
    tx: Transaction,
    message: Claimed,
    state: MessageState,
    reason: Reason | None = None,
    *,
    due_at: datetime | None = None,
    not_taken: bool = False,
) -> bool:
    """Ends the claim. False when the claim was over and somebody else has the message.

    `due_at` for another try, unless it was made due meanwhile: what it waits for has come. `not_taken`: the mail server
    certainly did not get what was offered.
    """
    settled = await tx.fetchval(
        """
        with settled as (
             update message
                set state = $3,
                    reason = $4,
                    due_at = case when due_at = $8 then coalesce($5, due_at) else due_at end,
                    sent_at = case when $3 = 'sent' then $6 else sent_at end,
                    offered = offered - case when $7 then 1 else 0 end,
                    claim = null,
                    claimed_until = null
              where id = $1 and claim = $2 and state = 'claimed'
             returning id
        )
        insert into message_event (message_id, at, state, reason)
        select id, $6, $3, $4 from settled
        returning true
        """,
        message.id,
        message.claim,
        str(state),
        reason and str(reason),
        due_at,
        tx.now,
        not_taken,
        message.due_at,
    )
    tx.changed(inbox.SCOPE)
    return bool(settled)


async def is_true(tx: Transaction, message: Claimed) -> bool:
    """Whether what it says is the newest that is known. It is held, so it stays so until this transaction ends."""
    return bool(
        await tx.fetchval(
            f"select true from message where id = $1 and not {_NO_LONGER_TRUE}",  # noqa: S608 - as above
            message.id,
        )
    )


async def is_due_anew(tx: Transaction, message: Claimed) -> bool:
    """Whether the contact it waits for has come while it was in hand."""
    return await tx.fetchval("select due_at <> $2 from message where id = $1", message.id, message.due_at)


async def try_again(tx: Transaction, patient_ids: Iterable[UUID]) -> None:
    """These patients can be reached by another address now: what could not go before goes, and nobody phones instead.

    Only where nobody has taken the call yet: who was phoned knows it.
    """
    revived = await tx.fetch(
        f"""
        with unreached as (
             select message.id
               from message join inbox_item item on item.message_id = message.id
              where message.patient_id = any ($1::uuid[])
                and message.state in ('suppressed', 'failed')
                and message.reason in ('no-email', 'address-refused')
                and message.expires_at > $2
                and item.kind = 'phone' and item.state = 'open'
                and not {_NO_LONGER_TRUE}
              order by message.id
                for no key update of message
        ), revived as (
             update message
                set state = 'retrying', reason = null, due_at = $2
               from unreached
              where message.id = unreached.id
             returning message.id
        ), noted as (
             insert into message_event (message_id, at, state) select id, $2, 'retrying' from revived
        )
        select id from revived
        """,  # noqa: S608 - the fence is a constant of this module
        list(patient_ids),
        tx.now,
    )
    await inbox.resolve(tx, "phone", [row["id"] for row in revived])
    tx.changed(SCOPE)


async def which_follow_an_offer(tx: Transaction, messages: Sequence[Claimed]) -> set[UUID]:
    """Those before which a message that named a time of their appointment may have reached the patient."""
    rows = await tx.fetch(
        """
        select message.id
          from message
         where message.id = any ($1::uuid[])
           and exists (select from message earlier
                        where earlier.about_id = message.appointment_id and earlier.revision < message.revision
                          and earlier.offered > 0
                          and earlier.kind in ('consultation-scheduled', 'session-scheduled'))
        """,
        [one.id for one in messages],
    )
    return {row["id"] for row in rows}


async def waiting_for_scheduling(tx: Transaction) -> UUID | None:
    """The appointment of a message that waits until scheduling can be asked; None when there is none."""
    return await tx.fetchval(
        """
        select appointment_id
          from message
         where state = 'retrying' and reason = 'scheduling-silent'
         order by due_at
         limit 1
        """
    )


async def wake_waiting_for_scheduling(tx: Transaction) -> None:
    """Scheduling is there again: what waits for its word is due now."""
    await tx.execute(
        """
        with waiting as (
             select id
               from message
              where state = 'retrying' and reason = 'scheduling-silent'
              order by id
                for no key update
        )
        update message set due_at = least(due_at, $1) from waiting where message.id = waiting.id
        """,
        tx.now,
    )
    tx.changed(SCOPE)


async def wake_waiting(tx: Transaction, clinic_id: UUID) -> int:
    """The mail server is there again: whatever waits for it goes now. Answers how many messages that are."""
    done = await tx.execute(
        """
        with waiting as (
             select id
               from message
              where clinic_id = $1 and state = 'retrying' and reason in ('mail-server-silent', 'mail-server-later')
              order by id
                for no key update
        )
        update message set due_at = least(due_at, $2) from waiting where message.id = waiting.id
        """,
        clinic_id,
        tx.now,
    )
    return int(done.split()[-1])
