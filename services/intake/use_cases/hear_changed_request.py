"""A form came again under the key of a request that was kept, with other answers: they change nothing, and a risk in them is
raised all the same. Somebody said it.
"""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from services.intake.domain.consultation_request import RequestNotFound
from services.intake.domain.draft import Submission
from services.intake.domain.risk import risk_of
from services.intake.store import consultation_requests, request_links, risk_flags
from services.intake.use_cases.raise_risk import raise_risk
from shared.database import Transaction
from shared.ids import read_uuid


async def hear_changed_request(tx: Transaction, clinic_id: UUID, submission: Submission, leads_to: str) -> bool:
    """`leads_to` is the address that the first answer gave: of the page of the patient, or of staff.

    Raised on the request that was kept, and not while a risk there waits to be taken. Says whether staff know of it.
    """
    level = risk_of(submission.reasons)
    if level is None:
        return False
    request_id = await _request_behind(tx, leads_to.split("/"))
    if request_id is None:
        return False
    try:
        request = await consultation_requests.lock(tx, clinic_id, request_id)
    except RequestNotFound:
        return False
    flag = (await risk_flags.of_requests(tx, [request.id])).get(request.id)
    if flag is None or not flag.open:
        await raise_risk(
            tx,
            level,
            clinic_id=request.clinic_id,
            patient_id=request.patient_id,
            request_id=request.id,
            reference=request.reference,
        )
    return True


async def _request_behind(tx: Transaction, parts: Sequence[str]) -> UUID | None:
    for part in parts:
        if link := await request_links.find(tx, part):
            return link.request_id
        with suppress(ValueError):
            return read_uuid(part)
    return None
