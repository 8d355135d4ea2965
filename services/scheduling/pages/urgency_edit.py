"""`/staff/urgency/<version>/edit`: a draft of how soon a consultation must be, as one form."""

from services.scheduling.domain.urgency_rules import GRAVEST_FIRST, LEVELS, SOONEST_FIRST
from services.scheduling.pages.staff import DOORS
from services.scheduling.pages.urgency_fields import NAMES, counted_name, read_urgency, typed_of
from services.scheduling.pages.urgency_words import COUNTED, differences
from services.scheduling.store.urgency_versions import URGENCY
from shared.versions.edit_pages import EditPages, edit_routes

router = edit_routes(
    EditPages(
        URGENCY,
        DOORS.writes,
        "/staff/urgency",
        "urgency_edit.html",
        typed_of,
        read_urgency,
        differences,
        said={
            "risks": [(LEVELS[level], NAMES[level], counted_name(level)) for level in GRAVEST_FIRST],
            "requests": [(LEVELS[level], NAMES[level], counted_name(level)) for level in SOONEST_FIRST],
            "counted": [(counted.value, words) for counted, words in COUNTED.items()],
        },
    )
)
