"""Messages in one sender's hands: claimed for a while, put on record as offered, and settled with what became of them.

Who locks several messages does so in the order of their ids: nobody waits in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifications.domain.message import MessageKind, MessageState, Reason
from services.notifications.store import inbox
from services.notifications.store.still_true import NO_LONGER_TRUE
from shared.database.transaction import Transaction
from shared.ids import uuid7

LEASE_SECONDS = 30
"""As long as the messages of a sender that died wait for another; a living one renews it."""


_DUE = """
    state in ('planned', 'retrying') and due_at <= $1
    and (reason is distinct from 'waits-for-staff' or expires_at <= $1)
"""
# A slow conversation may end after a quick one that began later: then the older word arrives last, and is believed. What
# is told of an appointment, of its request and of its consultation goes under different ids, so the widest counts.
# `offset 0` keeps the look to one thing, by its index; together with the rest it would read everything that is due.
_FOLLOWS = f"""
    exists (select
              from (select *
                      from message other
                     where coalesce(other.request_id, other.appointment_id, other.about_id)
                           = coalesce(message.request_id, message.appointment_id, message.about_id)
                       and other.state in ('planned', 'claimed', 'retrying')
                       and other.id <> message.id
                    offset 0) before
             where before.state = 'claimed'
                or {_DUE} and (before.planned_at, before.id) < (message.planned_at, message.id))
"""  # noqa: S608 - a constant


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
    """Messages whose sender died, and the next due ones, of each thing one at a time: the others are passed over until it
    has gone or waits to be tried again; but for the moment in which an older one becomes due between the looks of two
    senders. Leases count by the database's clock.

    Two looks, each by its own index: one for both reads everything that is due, each time.
    """
    token = uuid7()
    rows = await tx.fetch(
        f"""
        with due as (
             select id
               from message
              where {_DUE} and not {_FOLLOWS}
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
        """,  # noqa: S608 - both are constants
        tx.now,
        most,
        token,
        float(LEASE_SECONDS),
        mail_domain,
    )
    return [Claimed(**{**row, "kind": MessageKind(row["kind"]), "claim": token}) for row in rows]


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


async def hold(tx: Transaction, messages: Sequence[Claimed]) -> None:
    """News that is nearly written down is waited for, later news waits until this transaction ends."""
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
         where id = any ($1::uuid[]) and claim = any ($2::uuid[]) and state = 'claimed' and not {NO_LONGER_TRUE}
        returning id
        """,  # noqa: S608 - the fence is a constant
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
            f"select true from message where id = $1 and not {NO_LONGER_TRUE}",  # noqa: S608 - as above
            message.id,
        )
    )


async def is_due_anew(tx: Transaction, message: Claimed) -> bool:
    """Whether the contact it waits for has come while it was in hand."""
    return await tx.fetchval("select due_at <> $2 from message where id = $1", message.id, message.due_at)


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
