"""`/staff/requests/protocol`: the versions of the follow-up protocol."""

from services.intake.domain.questionnaire.protocol_differences import LEVEL_WORDS, differences
from services.intake.domain.reasons import WORDS
from services.intake.domain.scales import SCALES
from services.intake.pages.staff import DOORS
from services.intake.store.version_kinds import FOLLOW_UP
from shared.versions.pages import VersionPages, version_routes

router = version_routes(
    VersionPages(
        FOLLOW_UP,
        DOORS,
        "requests",
        ("/staff/requests", "Requests"),
        "/staff/requests/protocol",
        "staff_protocol_version.html",
        title="Follow-up protocol",
        lead="It says which scales a patient is asked after an infusion, and when. Every questionnaire keeps the version it "
        "was asked under, so a version never changes once it is approved.",
        under="Patients are asked under version",
        proposal="No source settles which scales follow which reason: it is a proposal, until a clinician has read it and "
        "approved a version.",
        approving="patients are asked under this version from the next infusion on",
        same="Both versions ask the same scales, at the same time.",
        differences=differences,
        said={"levels": LEVEL_WORDS, "scales": SCALES, "reasons": WORDS},
    )
)
