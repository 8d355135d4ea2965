"""A request for a consultation was sent, changed, withdrawn or declined, or staff asked for more answers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from services.notifications.domain.heard import ContactHeard, RequestHeard
from services.notifications.domain.message import (
    HOLD_RECEIPT,
    NEWS_GOOD_FOR,
    RECEIPT_GOOD_FOR,
    MessageKind,
    Plan,
    Reason,
    declined_with,
)
from services.notifications.store import contacts, heard, inbox, messages
from services.notifications.use_cases.keep_phone_tasks import keep_phone_tasks
from shared.database.transaction import Transaction
from shared.events.values import AwaitReason, Disposition


async def hear_requests(tx: Transaction, requests: Sequence[RequestHeard]) -> None:
    """Staff see each new request at once; the patient is told that it has arrived, unless there is more to say soon.

    The receipt of a request that is more than its share waits until staff let it be booked: whoever fills forms in with
    a stranger's address would fill the stranger's mailbox. Whose answers a person must read first is told so at once.
    A request that was withdrawn before it was heard of ends as one that was withdrawn after. A corrected address may come
    along before it is said by itself, and then is no news any more (`hear_contact_changes`).
    """
    news = await heard.hear_requests(tx, requests)
    await inbox.add(
        tx, [inbox.of_request(one, one.requested_at, calls=_calls(one, news), urgency=one.urgency) for one in requests]
    )
    corrected = await contacts.hear(tx, [_contact(one) for one in requests])
    fresh = [one.request_id for one in requests if one.request_id in news]
    await messages.plan(tx, [letter for one in requests for letter in _letters(one)])
    await messages.release_receipts(tx, [one.request_id for one in requests if one.disposition == Disposition.BOOK])
    await messages.cancel_untrue(tx, fresh)
    await inbox.close_declined(tx, [one.request_id for one in requests])
    await keep_phone_tasks(tx, await heard.unreached(tx, requests=fresh))
    await messages.try_again(tx, corrected)


def _calls(one: RequestHeard, news: dict[UUID, bool]) -> bool:
    """What nobody has seen yet calls, whatever the first news of it is."""
    return one.request_id in news and (one.calls or news[one.request_id])


def _contact(one: RequestHeard) -> ContactHeard:
    return ContactHeard(one.patient_id, one.clinic_id, one.sealed, one.person_version, one.reachable)


def _letters(one: RequestHeard) -> Iterator[Plan]:
    yield _receipt(one)
    if one.asked_at and one.ask_expires_at:
        yield _about(one, MessageKind.INFORMATION_ASKED, one.asked_at, one.ask_expires_at)
    if one.declined_at:
        yield _about(one, declined_with(one.letter), one.declined_at, one.declined_at + NEWS_GOOD_FOR)


def _about(one: RequestHeard, kind: MessageKind, due_at: datetime, expires_at: datetime) -> Plan:
    return Plan(
        kind,
        one.clinic_id,
        one.patient_id,
        about_id=one.request_id,
        revision=one.version,
        due_at=due_at,
        expires_at=expires_at,
        request_id=one.request_id,
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
        reason=Reason.WAITS_FOR_STAFF if _is_held(one) else None,
    )


def _is_held(one: RequestHeard) -> bool:
    """More than its share; in events of an earlier release nothing else awaits."""
    return one.disposition == Disposition.AWAIT and one.awaits != AwaitReason.SCREENING
