"""Staff, as notifications tells it, so that the other services can verify who is who without asking."""

from enum import StrEnum

from pydantic import AwareDatetime

from shared.events.base import Kind, StaffEvent


class Role(StrEnum):
    FRONT_DESK = "front-desk"
    NURSE = "nurse"
    CLINICIAN = "clinician"
    ADMINISTRATOR = "administrator"


class StaffChanged(StaffEvent, topic="staff-changed", kind=Kind.STATE):
    """A member of staff joined, left, has other roles, or had their sign-ins revoked."""

    display_name: str
    roles: tuple[Role, ...]
    active: bool
    sessions_revoked_before: AwareDatetime | None = None
