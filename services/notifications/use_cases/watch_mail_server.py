"""Staff see that e-mails wait, as long as they wait, and no longer."""

from uuid import UUID

from services.notifications.store import inbox, waiting_messages
from services.notifications.store.inbox import News
from shared.database.transaction import Transaction

KIND = "mail-waiting"


async def mail_server_is_away(tx: Transaction, clinic_id: UUID) -> None:
    """One item a clinic, however many e-mails wait; it calls once for each time the server goes away."""
    already = await tx.fetchval(
        "select exists (select from inbox_item where kind = $1 and subject = $2 and state <> 'resolved')",
        KIND,
        clinic_id,
    )
    if not already:
        await inbox.add(tx, [News(KIND, clinic_id, clinic_id, tx.now, urgency="soon")])


async def mail_server_is_back(tx: Transaction, clinic_id: UUID) -> None:
    """What waited goes at once; when nothing waits any more the item takes care of itself, acknowledged or not."""
    if await waiting_messages.wake_for_mail_server(tx, clinic_id):
        return
    done = await tx.execute(
        "update inbox_item set state = 'resolved', changed_at = $3 where kind = $1 and subject = $2 and state <> 'resolved'",
        KIND,
        clinic_id,
        tx.now,
    )
    if not done.endswith(" 0"):
        tx.changed(inbox.SCOPE)
