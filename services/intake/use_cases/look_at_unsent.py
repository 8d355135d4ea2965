"""Staff look at a request that was not sent yet, because a risk was seen in it. Without one it is nobody's business."""

from dataclasses import dataclass, field
from uuid import UUID

from services.intake.domain.guided.unsent import RequestDraft
from services.intake.domain.risk import RiskFlag
from services.intake.store import request_drafts, risk_flags, staff_names
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Unsent:
    """`flags` is every time the risk was raised, the newest first. `names` are those of the staff in it, by id.

    Without a draft it was left alone until it was erased, after somebody had taken the risk.
    """

    request_id: UUID
    flags: list[RiskFlag]
    draft: RequestDraft | None
    names: dict[UUID, str] = field(default_factory=dict)

    @property
    def open_flag(self) -> RiskFlag | None:
        """The newest that nobody has taken."""
        return next((flag for flag in self.flags if flag.open), None)


async def look_at_unsent(tx: Transaction, clinic_id: UUID, request_id: UUID) -> Unsent | None:
    """None when a request of this id was sent, or no risk was seen in it."""
    for draft in await request_drafts.at_risk(tx, clinic_id, request_id):
        return await _whole(tx, clinic_id, request_id, draft)
    return None


async def look_at_erased(tx: Transaction, clinic_id: UUID, request_id: UUID) -> Unsent | None:
    """What is left of a request that was never sent: that a risk was seen in it, and who took it."""
    erased = await _whole(tx, clinic_id, request_id, None)
    return erased if erased.flags else None


async def unsent(tx: Transaction, clinic_id: UUID) -> list[Unsent]:
    """All of them: first those in whom nobody has taken the risk yet, then the latest."""
    drafts = await request_drafts.at_risk(tx, clinic_id)
    flags = await risk_flags.of_requests(tx, [draft.request_id for draft in drafts])
    found = [
        Unsent(draft.request_id, [flags[draft.request_id]], draft) for draft in drafts if draft.request_id in flags
    ]
    return sorted(found, key=lambda one: one.open_flag is None)


async def _whole(tx: Transaction, clinic_id: UUID, request_id: UUID, draft: RequestDraft | None) -> Unsent:
    flags = await risk_flags.all_of_request(tx, clinic_id, request_id)
    return Unsent(request_id, flags, draft, await staff_names.names_of(tx, [flag.acknowledged_by for flag in flags]))
