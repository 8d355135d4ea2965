"""`/staff/requests/protocol/<version>/edit`: a draft of the follow-up protocol as one form."""

from services.intake.domain.questionnaire.protocol_differences import LEVEL_WORDS, differences
from services.intake.domain.reasons import WORDS
from services.intake.domain.scales import SCALES
from services.intake.pages.protocol_fields import read_protocol, typed_of
from services.intake.pages.staff import DOORS
from services.intake.store.version_kinds import FOLLOW_UP
from shared.versions.edit_pages import EditPages, edit_routes

router = edit_routes(
    EditPages(
        FOLLOW_UP,
        DOORS.writes,
        "/staff/requests/protocol",
        "staff_protocol_edit.html",
        typed_of,
        read_protocol,
        differences,
        said={
            "scale_options": [(code.value, scale.name) for code, scale in SCALES.items() if scale.items],
            "reason_options": [(reason.value, words.staff) for reason, words in WORDS.items()],
            "level_options": [(level.value, words) for level, words in LEVEL_WORDS.items()],
        },
    )
)
