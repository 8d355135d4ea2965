"""Staff have looked at a request that was awaiting, and let it be booked."""

from uuid import UUID

from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.screening import Outcome
from services.intake.domain.staff_actions import Action, Actor, accepting
from services.intake.store import consultation_requests, patients, request_acts
from services.intake.store.request_acts import Act
from services.intake.use_cases import events
from shared.database import Transaction

_ACTS = {Action.ACCEPT: Act.ACCEPTED, Action.DECIDE: Act.DECIDED, Action.OVERRIDE: Act.OVERRIDDEN}


class OverrideUnexplained(ValueError):
    """Screening says stop, and nobody has written why it is accepted all the same."""


async def clear_request(
    tx: Transaction,
    clinic_id: UUID,
    request_id: UUID,
    by: Actor,
    seen: int | None = None,
    *,
    found: Outcome = Outcome.CLEAR,
    note: bytes | None = None,
) -> ConsultationRequest:
    """Clear it and tell the others; clearing again answers the same and tells nobody twice.

    `seen` is the version that was on the page, `found` the gravest that screening found, `note` the sealed reason.
    Raises RequestNotFound, RequestWithdrawn, RequestDeclined, RequestChanged, OverrideUnexplained.
    """
    doing = accepting(found)
    before = await consultation_requests.lock(tx, clinic_id, request_id)
    after = before.clear(by.id, tx.now)
    if after is not before:
        before.expect(seen)
        if doing is Action.OVERRIDE and not note:
            raise OverrideUnexplained
        await consultation_requests.save(tx, after)
        await request_acts.add(tx, after, _ACTS[doing], by, note=note)
        contact = await patients.contact_of(tx, after.patient_id)
        tx.emit(events.cleared(after, contact), of=after)
        tx.changed("requests", f"request:{request_id}")
    return after
