"""Who may see requests: everybody who works with patients at the clinic. Who may write rules, and who approves them."""

from typing import Annotated

from fastapi import Depends

from services.intake.domain.staff_actions import Action, Actor, role_for
from services.intake.store.staff_names import names_of
from shared.events.staff import Role
from shared.versions.pages import APPROVE_RULES, WRITE_RULES, Doors
from shared.web.staff_session import NotAllowed, StaffSession, require_staff

WITH_PATIENTS = frozenset({Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN})
"""Who may book for a patient."""
_our_staff = require_staff(Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN, Role.ADMINISTRATOR)
_writes_rules = require_staff(*WRITE_RULES)
OurStaff = Annotated[StaffSession, Depends(_our_staff)]
WritesRules = Annotated[StaffSession, Depends(_writes_rules)]
DOORS = Doors(_our_staff, _writes_rules, require_staff(*APPROVE_RULES), names_of)
"""To what clinicians approve."""


def acting(staff: StaffSession, action: Action) -> Actor:
    """Whoever does this, in the role that allows it. Raises NotAllowed."""
    role = role_for(action, staff.roles)
    if role is None:
        raise NotAllowed
    return Actor(staff.staff_id, staff.name, role)
