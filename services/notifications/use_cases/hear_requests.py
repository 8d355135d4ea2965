"""A request for a consultation was sent, changed or withdrawn."""

from collections.abc import Sequence

from services.notifications.domain.heard import ContactHeard, RequestHeard
from services.notifications.domain.message import HOLD_RECEIPT, RECEIPT_GOOD_FOR, MessageKind, Plan, Reason
from services.notifications.store import contacts, heard, inbox, messages
from services.notifications.store.inbox import News
from shared.database.transaction import Transaction
from shared.events.values import Disposition


async def hear_requests(tx: Transaction, requests: Sequence[RequestHeard]) -> None:
    """Staff see each new request at once; the patient is told that it has arrived, unless there is more to say soon.

    The receipt of a request that is more than its share waits until staff let it be booked: whoever fills forms in with
    a stranger's address would fill the stranger's mailbox.
    A request that was withdrawn before it was heard of ends as one that was withdrawn after.
    """
    news = await heard.hear_requests(tx, requests)
    await inbox.add(tx, [_row(one, calls=one.request_id in news) for one in requests])
    await contacts.hear(
        tx, [ContactHeard(one.patient_id, one.clinic_id, one.sealed, one.person_version) for one in requests]
    )
    fresh = [one for one in requests if one.request_id in news]
    await messages.plan(tx, [_receipt(one) for one in requests])
    cleared = [one.request_id for one in fresh if one.disposition == Disposition.BOOK]
    await messages.release_receipts(tx, cleared)
    await messages.cancel_untrue(tx, [one.request_id for one in fresh])

    gone = [one.request_id for one in fresh if one.withdrawn_at]
    await inbox.add(tx, [_phone(one) for one in fresh if not one.reachable and not one.withdrawn_at])
    await inbox.resolve(tx, "phone", gone)


def _row(one: RequestHeard, *, calls: bool) -> News:
    return News(
        "request",
        one.request_id,
        one.clinic_id,
        one.requested_at,
        calls=calls,
        patient_id=one.patient_id,
        request_id=one.request_id,
        urgency=one.urgency,
    )


def _phone(one: RequestHeard) -> News:
    return News(
        "phone",
        one.request_id,
        one.clinic_id,
        one.requested_at,
        patient_id=one.patient_id,
        request_id=one.request_id,
        urgency=one.urgency,
        facts={"why": "unreachable"},
    )


def _receipt(one: RequestHeard) -> Plan:
    return Plan(
        MessageKind.REQUEST_RECEIVED,
        one.clinic_id,
        one.patient_id,
        about_id=one.request_id,
        revision=0,
        due_at=one.requested_at + HOLD_RECEIPT,
        expires_at=one.requested_at + RECEIPT_GOOD_FOR,
        request_id=one.request_id,
        reason=Reason.WAITS_FOR_STAFF if one.disposition == Disposition.AWAIT else None,
    )
