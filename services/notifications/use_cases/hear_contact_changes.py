"""How to reach a patient has changed: what has not gone yet goes to the new address, and staff phone whom they must."""

from collections.abc import Sequence

from services.notifications.domain.heard import ContactHeard
from services.notifications.store import contacts, heard, inbox, messages
from services.notifications.use_cases.keep_phone_tasks import keep_phone_tasks
from shared.database.transaction import Transaction


async def hear_contact_changes(tx: Transaction, changes: Sequence[ContactHeard]) -> None:
    """An older state than the one known changes nothing.

    The patients' rows are locked first, so that news of their requests, which brings contacts along, comes before this or
    after it. Who was not known yet may have become so while we waited to write: they count as turned.
    """
    patients = {one.patient_id for one in changes}
    before = await contacts.lock(tx, patients)
    await contacts.hear(tx, changes, first_hand=True)
    after = await contacts.lock(tx, patients)
    turned = [one for one in patients if one not in before or before[one].reachable is not after[one].reachable]
    await keep_phone_tasks(tx, await heard.unreached(tx, patients=turned))
    await messages.try_again(tx, [one for one in patients if before.get(one) != after[one] and after[one].reachable])
    tx.changed(inbox.SCOPE)
