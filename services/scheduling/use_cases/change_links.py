"""Links with which patients change their appointment: made, opened, and asked for anew."""

from dataclasses import replace
from uuid import UUID

from services.scheduling.domain.change import (
    LED_HERE_LIFE,
    MAILED_LIFE,
    RENEWALS_A_DAY,
    ChangeLink,
    LinkAsk,
    NothingToChange,
)
from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.store import change_links, consultations
from shared.database import Database, Transaction
from shared.events.consultation import ChangeLinkAsked
from shared.ids import new_token, uuid7


async def make_change_link(tx: Transaction, request_id: UUID, *, mailed: bool) -> str:
    """The token of a new one. Raises NothingToChange when the request has no appointment."""
    consultation = await consultations.of_request(tx, request_id)
    if consultation is None or consultation.state is not ConsultationState.BOOKED:
        raise NothingToChange
    token = new_token()
    life = MAILED_LIFE if mailed else LED_HERE_LIFE
    link = ChangeLink(consultation.clinic_id, consultation.patient_id, request_id, mailed, tx.now + life)
    await change_links.add(tx, token, link)
    return token


async def try_change_link(tx: Transaction, token: str, right: bool) -> bool:
    """Whether the link opens now. Every wrong try counts before its answer is known; behind a closed link none is looked
    at. Raises ChangeLinkUnknown."""
    link = await change_links.lock(tx, token)
    if not link.open_at(tx.now):
        return False
    if not right:
        await change_links.save(tx, token, replace(link, wrong_tries=link.wrong_tries + 1))
    return right


async def ask_for_change_link(tx: Transaction, token: str) -> None:
    """A new one is mailed to the address on file, in the place of one that was mailed and has ended.

    Asked for again, or while the link still opens, nothing happens. More than RENEWALS_A_DAY are not sent, and nobody is
    told so.
    Raises ChangeLinkUnknown.
    """
    link = await change_links.lock(tx, token)
    if link.open_at(tx.now) or not link.mailed or link.renewed_at is not None:
        return
    so_many = await change_links.count_renewed(tx, link.patient_id) >= RENEWALS_A_DAY
    await change_links.save(tx, token, replace(link, renewed_at=tx.now))
    if so_many:
        return
    ask = LinkAsk(uuid7())
    await change_links.add_ask(tx, ask.id, link.request_id)
    tx.emit(
        ChangeLinkAsked(
            clinic_id=link.clinic_id,
            patient_id=link.patient_id,
            ask_id=ask.id,
            request_id=link.request_id,
            asked_at=tx.now,
        ),
        of=ask,
    )


async def forget_change_links(database: Database) -> int:
    """For a timer."""
    async with database.transaction() as tx:
        return await change_links.forget_old(tx)
