"""What staff may do with a request, and in which role: the one place that says so."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.intake.domain.screening import Outcome
from shared.events.staff import Role


class Action(StrEnum):
    ACCEPT = "accept"
    """Screening left nothing to decide: whether it may be booked is a matter of whether it is meant."""
    DECIDE = "decide"
    """Screening says that a clinician decides."""
    OVERRIDE = "override"
    """Screening says stop."""
    ASK = "ask"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    CHANGE_CONTACT = "change-contact"
    FILL_IN = "fill-in"
    """The whole request, question by question, with somebody who phones or stands at the desk."""
    LINK_PERSONS = "link-persons"
    ENTER_TOTAL = "enter-total"
    """Of a scale whose questions are on paper."""


_EVERYBODY = (Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN, Role.ADMINISTRATOR)
MAY: dict[Action, tuple[Role, ...]] = {
    Action.ACCEPT: _EVERYBODY,
    Action.DECIDE: (Role.CLINICIAN,),
    Action.OVERRIDE: (Role.CLINICIAN,),
    Action.ASK: (Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN),
    Action.DECLINE: (Role.CLINICIAN,),
    Action.WITHDRAW: _EVERYBODY,
    Action.CHANGE_CONTACT: (Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN),
    Action.FILL_IN: (Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN),
    Action.LINK_PERSONS: (Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN),
    Action.ENTER_TOTAL: (Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN),
}
"""Clinicians are who prescribes. An override, and a no, are theirs alone, and name the role in which they were made."""


def accepting(found: Outcome) -> Action:
    """What it means to accept a request, by the gravest that its screening found."""
    return {Outcome.HARD_STOP: Action.OVERRIDE, Outcome.CLINICIAN: Action.DECIDE}.get(found, Action.ACCEPT)


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff as they are called now, in the role that allows what they do."""

    id: UUID
    name: str
    role: Role


def role_for(action: Action, roles: Collection[str]) -> Role | None:
    """The first of somebody's roles that allows it."""
    return next((role for role in MAY[action] if role in roles), None)
