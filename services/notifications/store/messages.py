"""Planned messages. A message lives as long as what it says is the newest that is known.

Who locks several messages does so in the order of their ids: nobody waits in a circle.
"""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from services.notifications.domain.message import Plan
from services.notifications.store import inbox
from services.notifications.store.still_true import NO_LONGER_TRUE
from shared.database.transaction import Transaction
from shared.ids import uuid7

SCOPE = "outgoing"
"""What the sender listens to: something may be due."""


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
             select message.*, {NO_LONGER_TRUE} as stale from message
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
        """,  # noqa: S608 - the fence is a constant
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
         where (about_id = any ($1::uuid[]) or request_id = any ($1::uuid[])
                or (kind in ('move-proposed', 'time-stays') and appointment_id = any ($1::uuid[])))
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
              where (about_id = any ($1::uuid[]) or request_id = any ($1::uuid[])
                     or (kind in ('move-proposed', 'time-stays') and appointment_id = any ($1::uuid[])))
                and state in ('planned', 'retrying') and {NO_LONGER_TRUE}
             returning id
        )
        insert into message_event (message_id, at, state, reason)
        select id, $2, 'cancelled', 'no-longer-true' from cancelled
        """,  # noqa: S608 - the fence is a constant
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
           and (message.about_id = any ($1::uuid[]) or message.request_id = any ($1::uuid[])
                or (message.kind in ('move-proposed', 'time-stays') and message.appointment_id = any ($1::uuid[])))
           and {NO_LONGER_TRUE}
        """,  # noqa: S608 - the fence is a constant
        ids,
        tx.now,
    )
    if not done.endswith(" 0"):
        tx.changed(inbox.SCOPE)


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
                and not {NO_LONGER_TRUE}
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
        """,  # noqa: S608 - the fence is a constant
        list(patient_ids),
        tx.now,
    )
    await inbox.resolve(tx, "phone", [row["id"] for row in revived])
    tx.changed(SCOPE)
