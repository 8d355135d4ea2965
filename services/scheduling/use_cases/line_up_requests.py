"""Many requests at once, as after hours without events, while others wait already: all of them join the waiting list.

Nobody overtakes the line, so a newcomer behind it needs no look at the calendar, and no two of them want the same time.
What has to be looked at for one of them alone is `take_up_request`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.scheduling.domain.consultation import Consultation, ConsultationState, Request
from services.scheduling.store import consultations, patients, waiting_list
from services.scheduling.use_cases.schedule_consultation import LOOK_AGAIN, say_waiting
from shared.database import Transaction
from shared.events.values import ContactEnvelope, Disposition, Urgency
from shared.messaging.cause import Cause, because_of
from shared.messaging.reactions import OneByOne


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A request with the contact it came with, and the event that told of it."""

    request: Request
    contact: ContactEnvelope
    reachable: bool
    cause: Cause


def joins_the_line(request: Request) -> bool:
    """Whether it is one for the end of the line, as far as the request itself says: it has chosen no time, and hurries no
    more than others."""
    return request.disposition is Disposition.BOOK and request.urgency is Urgency.ROUTINE and request.hold_id is None


async def line_up_requests(tx: Transaction, newcomers: Sequence[Newcomer], now: datetime) -> None:
    """Puts all of them on the waiting list, and says so of each.

    Raises OneByOne when there is more to be known of one of them than this state of the request (another one, a risk, a
    chosen time), or when nobody waits before the first.
    """
    waiting = [_waiting(one.request) for one in newcomers]
    request_ids = [one.request_id for one in waiting]
    await consultations.alone_with_all(tx, request_ids)
    if len(set(request_ids)) < len(request_ids) or await consultations.is_any_known(tx, request_ids):
        raise OneByOne
    clinics = {one.clinic_id for one in waiting}
    for clinic_id in clinics:
        first = min((one for one in waiting if one.clinic_id == clinic_id), key=lambda one: (one.requested_at, one.id))
        if not await consultations.somebody_waits_before(tx, first):
            raise OneByOne
    await consultations.add(tx, waiting)
    await patients.store_all(
        tx, [(one.request.patient_id, one.request.clinic_id, one.contact, one.reachable) for one in newcomers]
    )
    for clinic_id in clinics:
        await waiting_list.review_at(tx, clinic_id, now + LOOK_AGAIN)
    for newcomer, consultation in zip(newcomers, waiting, strict=True):
        with because_of(newcomer.cause):
            say_waiting(tx, consultation)


def _waiting(request: Request) -> Consultation:
    return Consultation.unheard(request).heard(request).become(ConsultationState.WAITLISTED)
