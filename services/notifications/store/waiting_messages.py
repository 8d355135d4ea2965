"""Messages that wait until somebody answers again, scheduling or the mail server, and are due as soon as they do."""

from uuid import UUID

from services.notifications.store.messages import SCOPE
from shared.database.transaction import Transaction


async def for_scheduling(tx: Transaction) -> UUID | None:
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


async def wake_for_scheduling(tx: Transaction) -> None:
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


async def wake_for_mail_server(tx: Transaction, clinic_id: UUID) -> int:
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
