"""`/staff/urgency`: how soon a consultation must be, in versions that a clinician approves."""

from typing import Any
from uuid import UUID

from services.scheduling.pages.staff import DOORS
from services.scheduling.pages.urgency_words import again_words, differences, request_lines, risk_lines
from services.scheduling.store import late
from services.scheduling.store.urgency_versions import URGENCY
from shared.database import Transaction
from shared.versions.pages import VersionPages, version_routes


async def _held_to(tx: Transaction, clinic_id: UUID, number: int) -> dict[str, Any]:
    """Whose deadlines stay as they are, whatever is approved."""
    by_version = await late.held_to(tx, clinic_id)
    return {"held_here": by_version.get(number, 0), "held": sum(by_version.values())}


router = version_routes(
    VersionPages(
        URGENCY,
        DOORS,
        "clinic",
        ("/staff/clinic", "The clinic"),
        "/staff/urgency",
        "urgency_version.html",
        title="How soon a consultation must be",
        lead="Who is at risk, or asks for something urgent, must be seen within a time. Every deadline keeps the version that "
        "it was set by, so a version never changes once it is approved.",
        under="Deadlines are set by version",
        proposal="It is proposed, not yet confirmed by a clinician.",
        approving="whoever has a deadline keeps it, requests and risks that are heard from then on are judged by this version",
        same="Both versions set the same deadlines.",
        differences=differences,
        said={"risk_lines": risk_lines, "request_lines": request_lines, "again_words": again_words},
        more=_held_to,
    )
)
