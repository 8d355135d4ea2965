"""Who may see the clinic's day, and who may change it."""

from typing import Annotated

from fastapi import Depends

from services.scheduling.domain.decision import MAY_DECIDE
from services.scheduling.problems import NotYourClinic
from services.scheduling.store.staff_names import staff_names
from shared.events.staff import Role
from shared.versions.pages import APPROVE_RULES, WRITE_RULES, Doors
from shared.web.dependencies import TheSettings
from shared.web.staff_session import StaffSession, require_staff

_WITH_PATIENTS = (Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN)


async def our_staff(
    session: Annotated[StaffSession, Depends(require_staff(*Role))], settings: TheSettings
) -> StaffSession:
    """Raises NotYourClinic."""
    if settings.clinic.id not in session.clinics:
        raise NotYourClinic
    return session


async def _with_patients(
    session: Annotated[StaffSession, Depends(require_staff(*_WITH_PATIENTS))],
    settings: TheSettings,
) -> StaffSession:
    return await our_staff(session, settings)


async def _administering(
    session: Annotated[StaffSession, Depends(require_staff(Role.ADMINISTRATOR))], settings: TheSettings
) -> StaffSession:
    return await our_staff(session, settings)


async def _who_decides(
    session: Annotated[StaffSession, Depends(require_staff(MAY_DECIDE))], settings: TheSettings
) -> StaffSession:
    return await our_staff(session, settings)


async def _writing_rules(
    session: Annotated[StaffSession, Depends(require_staff(*WRITE_RULES))], settings: TheSettings
) -> StaffSession:
    return await our_staff(session, settings)


async def _approving_rules(
    session: Annotated[StaffSession, Depends(require_staff(*APPROVE_RULES))], settings: TheSettings
) -> StaffSession:
    return await our_staff(session, settings)


def sees_scores(session: StaffSession) -> bool:
    """What a questionnaire came to is for those who treat."""
    return not session.roles.isdisjoint({Role.NURSE, Role.CLINICIAN})


def changes_bookings(session: StaffSession) -> bool:
    """Whether pages offer what `PatientStaff` may do."""
    return not session.roles.isdisjoint(_WITH_PATIENTS)


OurStaff = Annotated[StaffSession, Depends(our_staff)]
"""Everybody who works at the clinic may look."""
PatientStaff = Annotated[StaffSession, Depends(_with_patients)]
"""Who works with patients may book, cancel and record."""
Administrator = Annotated[StaffSession, Depends(_administering)]
"""Who may change the clinic's data."""
Clinicians = Annotated[StaffSession, Depends(_who_decides)]
"""Who sees patients may note and decide."""
WritesRules = Annotated[StaffSession, Depends(_writing_rules)]
"""Who may write drafts of what clinicians approve."""
DOORS = Doors(our_staff, _writing_rules, _approving_rules, staff_names)
"""To what clinicians approve."""
