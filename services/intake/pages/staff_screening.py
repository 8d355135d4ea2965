"""`/staff/requests/screening`: the versions of the screening rules."""

from services.intake.domain.reasons import WORDS
from services.intake.domain.screening.differences import (
    GROUP_WORDS,
    LANGUAGES,
    OUTCOME_WORDS,
    SUPPORT_WORDS,
    differences,
)
from services.intake.pages.staff import DOORS
from services.intake.store.version_kinds import SCREENING
from shared.versions.pages import VersionPages, version_routes

router = version_routes(
    VersionPages(
        SCREENING,
        DOORS,
        "requests",
        ("/staff/requests", "Requests"),
        "/staff/requests/screening",
        "staff_screening_version.html",
        title="Screening rules",
        lead="They decide which requests are booked by themselves, and which a person looks at first. Every request keeps "
        "the version that it was screened under, so a version never changes once it is approved.",
        under="Requests are screened under version",
        proposal="What follows from an answer is a proposal in it, until a clinician has read it and approved a version.",
        approving="new requests are screened under this version",
        same="Both versions ask the same, and weigh every answer the same.",
        differences=differences,
        said={
            "outcomes": OUTCOME_WORDS,
            "supports": SUPPORT_WORDS,
            "groups": GROUP_WORDS,
            "languages": LANGUAGES,
            "reasons": WORDS,
        },
    )
)
