"""What stands on the form of a kind of appointment beside its fields: choices by name, and the visit as a picture."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from services.scheduling.domain.clinic import Clinic, Purpose
from services.scheduling.pages.clinic_edits import known_qualifications
from services.scheduling.pages.clinic_kind import MOST_NEEDS, MOST_PARTS, read_kind, steps_in
from services.scheduling.pages.clinic_section import Subject
from services.scheduling.pages.clinic_typed import NotUnderstood
from services.scheduling.pages.clinic_words import NEEDED
from services.scheduling.pages.visit_drawn import Visit, drawn_visit


def kind_values(clinic: Clinic, purpose: Purpose, typed: dict[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    """The values of clinic_kind.html."""
    steps = steps_in(typed)
    qualifications = known_qualifications(clinic, purpose)
    needs = [number for number in range(1, MOST_NEEDS + 1) if typed.get(f"need-{number}")]
    blank = next((number for number in range(1, MOST_NEEDS + 1) if number not in needs), None)
    return {
        "offered": clinic.kind(purpose) is not None,
        "steps": list(steps.items()),
        "step_rows": sorted({*steps, *(row for row in range(1, MOST_PARTS + 1) if f"part-{row}" in errors)} or {1}),
        "after_steps": [(0, "At the beginning"), *((row, f"After {name}") for row, name in steps.items())],
        "may_add_step": max(steps, default=0) < MOST_PARTS or "new-part" in errors,
        "needs": needs,
        "blank": blank,
        "kinds": [(kind.value, words) for kind, words in NEEDED.items()],
        "qualifications": [(name, name) for name in qualifications],
        "visit": _visit_of_typed(purpose, typed, frozenset(qualifications)),
    }


def visit_of(clinic: Clinic, subject: Subject) -> Visit | None:
    """As the clinic has it; None where it does not offer it."""
    kind = clinic.kind(Purpose(subject.of))
    return drawn_visit(kind) if kind else None


def _visit_of_typed(purpose: Purpose, typed: dict[str, str], known: frozenset[str]) -> Visit | None:
    """None as long as what is typed is no whole visit."""
    try:
        return drawn_visit(read_kind(purpose, FormData(typed), known))
    except NotUnderstood:
        return None
