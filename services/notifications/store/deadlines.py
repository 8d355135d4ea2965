"""`deadline_given_up`: deadlines that nobody needs to keep any more."""

from collections.abc import Sequence

from services.notifications.domain.heard import DeadlineGivenUpHeard
from services.notifications.store.rows import as_json
from shared.database.transaction import Transaction


async def wait_for_news(tx: Transaction) -> None:
    """What is being heard of deadlines is waited for, and later news waits: of it and of what is said late one sees the
    other."""
    await tx.execute("lock table deadline_given_up in share mode")


async def give_up(tx: Transaction, heard: Sequence[DeadlineGivenUpHeard]) -> None:
    """Each once."""
    await tx.execute(
        """
        insert into deadline_given_up (clinic_id, request_id, due_by, heard_at)
        select distinct clinic_id, request_id, due_by, $2::timestamptz
          from jsonb_to_recordset($1::text::jsonb) as heard (clinic_id uuid, request_id uuid, due_by timestamptz)
         order by request_id, due_by
            on conflict do nothing
        """,
        as_json(heard),
        tx.now,
    )
