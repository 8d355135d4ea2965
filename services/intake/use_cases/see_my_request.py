"""A patient looks at their own request, through the link that only they have."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.consent import Channel
from services.intake.domain.consultation import Consultation, Standing, can_be_withdrawn, standing_of
from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.store import (
    consents,
    consultation_requests,
    consultations,
    request_links,
    risk_flags,
    staff_names,
)
from shared.database import Transaction


class LinkUnknown(LookupError):
    """No link of ours has this token."""


class LinkExpired(LookupError):
    """The link was ours and has ended."""


@dataclass(frozen=True, slots=True)
class MyRequest:
    """What the patient may see. Nothing of it is sealed, so the page works while the keyring is away."""

    request: ConsultationRequest
    consultation: Consultation | None
    clinician: str | None
    channels: tuple[Channel, ...]
    """How they allowed us to reach them."""
    urgent: bool
    """They told us of thoughts of suicide: crisis help stands above everything else."""

    @property
    def standing(self) -> Standing:
        return standing_of(self.request, self.consultation)

    def can_be_withdrawn(self, now: datetime) -> bool:
        return can_be_withdrawn(self.request, self.consultation, now)


@dataclass(frozen=True, slots=True)
class Opened:
    """Which request a link opens."""

    request_id: UUID
    clinic_id: UUID


async def open_link(tx: Transaction, token: str) -> Opened:
    """Raises LinkUnknown, LinkExpired."""
    link = await request_links.find(tx, token)
    if link is None:
        raise LinkUnknown
    if tx.now >= link.expires_at:
        raise LinkExpired
    return Opened(link.request_id, link.clinic_id)


async def see_my_request(tx: Transaction, token: str) -> MyRequest:
    """Raises LinkUnknown, LinkExpired."""
    opened = await open_link(tx, token)
    request = await consultation_requests.get(tx, opened.clinic_id, opened.request_id)
    consultation = await consultations.of_request(tx, request.id)
    appointment = consultation.appointment if consultation else None
    clinician_id = appointment.clinician_id if appointment else None
    names = await staff_names.names_of(tx, [clinician_id])
    given = await consents.of_request(tx, request.id)
    return MyRequest(
        request=request,
        consultation=consultation,
        clinician=names.get(clinician_id) if clinician_id else None,
        channels=tuple(kept.consent.channel for kept in given),
        urgent=bool(await risk_flags.of_requests(tx, [request.id])),
    )
