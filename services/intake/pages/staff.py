"""Who may see requests: everybody who works with patients at the clinic. Who may write rules, and who approves them."""

from typing import Annotated

from fastapi import Depends

from services.intake.domain.staff_actions import Action, Actor, role_for
from shared.events.staff import Role
from shared.web.staff_session import NotAllowed, StaffSession, require_staff

WITH_PATIENTS = frozenset({Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN})
"""Who may book for a patient."""
OurStaff = Annotated[
    StaffSession, Depends(require_staff(Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN, Role.ADMINISTRATOR))
]
WritesRules = Annotated[StaffSession, Depends(require_staff(Role.CLINICIAN, Role.ADMINISTRATOR))]
ApprovesRules = Annotated[StaffSession, Depends(require_staff(Role.CLINICIAN))]


def may_write_rules(staff: StaffSession) -> bool:
    return not staff.roles.isdisjoint({Role.CLINICIAN, Role.ADMINISTRATOR})


def may_approve_rules(staff: StaffSession) -> bool:
    return Role.CLINICIAN in staff.roles


def acting(staff: StaffSession, action: Action) -> Actor:
    """Whoever does this, in the role that allows it. Raises NotAllowed."""
    role = role_for(action, staff.roles)
    if role is None:
        raise NotAllowed
    return Actor(staff.staff_id, staff.name, role)
