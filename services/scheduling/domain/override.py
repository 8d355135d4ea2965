"""What staff may book against, and who: a rule of the clinic's own day bends, a chair that is taken does not."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.refusal import Missing, Why
from shared.events.staff import Role

_OF_THE_DAY = (Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN)
_OF_TREATMENT = (Role.CLINICIAN,)
MAY_OVERRIDE: dict[str, tuple[Role, ...]] = {
    "short-notice": _OF_THE_DAY,
    "no-start": _OF_THE_DAY,
    "closed": _OF_THE_DAY,
    "closure": _OF_THE_DAY,
    "away": _OF_THE_DAY,
    "not-qualified": _OF_TREATMENT,
    "too-close": _OF_TREATMENT,
    "not-suitable": _OF_TREATMENT,
}
"""By the value of `Why`. What is not named here nobody overrides."""


class OverrideReason(StrEnum):
    """Why. Codes only: free text about a patient has no place in a calendar."""

    AGREED_WITH_TEAM = "agreed-with-team"
    PATIENT_NEEDS_IT = "patient-needs-it"
    DAY_RUNS_LATE = "day-runs-late"
    PLAN_IS_WRONG = "plan-is-wrong"
    """The roster or the hours are not up to date."""


class NotYoursToOverride(Exception):
    """Something stands against the time that this role may not decide about."""

    def __init__(self, why: Iterable[str]) -> None:
        super().__init__("Your role does not include this.")
        self.why = frozenset(why)


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody's word that this time is meant, whatever stands against it that they may decide about."""

    by: UUID
    roles: frozenset[str]
    reason: OverrideReason

    def of(self, against: Collection[Missing]) -> frozenset[str]:
        """What of these is overridden: all of them, or nothing where one cannot be. Raises NotYoursToOverride."""
        why = frozenset(str(one.why) for one in _in_the_way(against))
        if not who_may_override(against):
            return frozenset()
        if refused := [one for one in why if self.roles.isdisjoint(MAY_OVERRIDE[one])]:
            raise NotYoursToOverride(refused)
        return why

    def role(self, why: Iterable[str]) -> Role:
        """By which of their roles."""
        needed = set(_OF_THE_DAY).intersection(*(MAY_OVERRIDE[one] for one in why))
        return next(role for role in _OF_THE_DAY if role in needed and role in self.roles)


def who_may_override(against: Collection[Missing]) -> tuple[Role, ...]:
    """All of it, by one role; nobody where nothing stands against it."""
    if not against or any(_does_other_work(one) for one in against):
        return ()
    whys = {one.why for one in _in_the_way(against)}
    return tuple(role for role in _OF_THE_DAY if all(role in MAY_OVERRIDE.get(why, ()) for why in whys))


def _in_the_way(against: Collection[Missing]) -> list[Missing]:
    """Without what is taken where another that would do is away and not taken: whoever calls that one in needs no other."""
    return [one for one in against if one.why is not Why.TAKEN or not _somebody_else_is_only_away(one, against)]


def _somebody_else_is_only_away(taken: Missing, against: Collection[Missing]) -> bool:
    busy = {each.resource.id for each in taken.taken}
    return any(
        each.resource.id not in busy
        for one in against
        if (one.why, one.resource_kind, one.during) == (Why.AWAY, taken.resource_kind, taken.during)
        for each in one.taken
    )


def _does_other_work(missing: Missing) -> bool:
    """A qualification may bend; whoever is no clinician any more is made one by nobody."""
    unfit = missing.unfit
    return bool(unfit) and all(one.out_of_role or one.kind is not missing.resource_kind for one in unfit)
