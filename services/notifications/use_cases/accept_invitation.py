"""Somebody sets their password with a one-time link."""

from services.notifications.store import invitations, staff
from services.notifications.use_cases.say_staff import say_staff
from shared.database.transaction import Transaction


class InvitationOver(Exception):
    """The link was used, has ended, or never was."""


async def accept_invitation(tx: Transaction, secret: str, password_hash: str) -> str:
    """The e-mail to sign in with. Of two who use the link at once one succeeds. Raises InvitationOver."""
    found = await invitations.find(tx, secret)
    if found is None or not await invitations.use(tx, secret):
        raise InvitationOver("this link was used or has ended")
    before = await staff.lock(tx, found.clinic_id, found.staff_id)
    after = before.with_password(password_hash, tx.now)
    await staff.save(tx, after)
    if after.version != before.version:
        await say_staff(tx, after)
    return after.email
