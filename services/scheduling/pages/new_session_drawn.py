"""The two pages of a new session: for whom, and the form itself."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import Response

from services.scheduling.domain.clinic import Clinic, ResourceKind
from services.scheduling.pages.appointment_desk import Desk
from services.scheduling.pages.appointment_drawn import the_clinic
from services.scheduling.pages.choose_patient import Chosen, chosen_patient, patients_to_choose
from services.scheduling.pages.refused_time import GIVEN, NotGiven, refused_values
from services.scheduling.store.patients import Circle

KEPT = ("date", "time", "prescriber")
"""What was typed, and is kept while somebody looks for the patient."""
FIELDS = ("patient", *KEPT, "override")
NOTHING: Mapping[str, str] = {}


async def choose_page(
    desk: Desk,
    kept: Mapping[str, Any],
    errors: Mapping[str, str] = NOTHING,
    *,
    find: str = "",
    circle: Circle = Circle.CONSULTED,
    page: int = 1,
    meant: Sequence[UUID] = (),
) -> Response:
    listed = await patients_to_choose(desk.database, desk.keyring, desk.settings.clinic.id, circle, page, meant)
    return desk.pages.page(
        "choose_patient.html",
        status=422 if errors else 200,
        staff=desk.staff,
        errors=dict(errors),
        find=find,
        kept=dict(kept),
        **listed,
    )


async def form_page(
    desk: Desk,
    chosen: Chosen,
    form_key: str,
    typed: Mapping[str, Any],
    errors: Mapping[str, str] = NOTHING,
    not_given: NotGiven = GIVEN,
    *,
    status: int = 200,
) -> Response:
    """Raises NoSessionsHere."""
    async with desk.database.transaction(read_only=True) as tx:
        clinic = await the_clinic(tx, desk.settings.clinic.id)
    return desk.pages.page(
        "new_session.html",
        status=status,
        staff=desk.staff,
        chosen=chosen,
        names_away=chosen.names.away,
        form_key=form_key,
        typed=dict.fromkeys(FIELDS, "") | dict(typed),
        errors=dict(errors),
        prescriber_options=_prescribers(clinic),
        **refused_values(not_given, clinic, desk.staff),
    )


async def chosen_of(desk: Desk, patient: object) -> Chosen | None:
    """Whom a field names, typed or not; None for nobody of this clinic."""
    try:
        patient_id = UUID(str(patient))
    except ValueError:
        return None
    return await chosen_patient(desk.database, desk.keyring, desk.settings.clinic.id, patient_id)


def _prescribers(clinic: Clinic) -> list[tuple[UUID, str]]:
    return [(one.id, one.name) for one in clinic.of_kind(ResourceKind.CLINICIAN)]
