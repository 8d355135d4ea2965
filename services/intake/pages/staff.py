"""Who may see requests: everybody who works with patients at the clinic."""

from typing import Annotated

from fastapi import Depends

from shared.events.staff import Role
from shared.web.staff_session import StaffSession, require_staff

WITH_PATIENTS = frozenset({Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN})
"""Who may book for a patient."""
OurStaff = Annotated[
    StaffSession, Depends(require_staff(Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN, Role.ADMINISTRATOR))
]
