"""A time that cannot be given as it is, on a page: every reason, the nearest others, and who may mean it nevertheless."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.override import who_may_override
from services.scheduling.domain.refusal import Missing, TimeRefused, Why
from services.scheduling.pages.appointment_words import OVERRIDE_REASONS
from services.scheduling.pages.words import against
from shared.web.staff_session import StaffSession


@dataclass(frozen=True, slots=True)
class NotGiven:
    """`start` was refused, or it comes twice that night and one must be chosen: then `twice` names both."""

    start: datetime | None = None
    refusal: TimeRefused | None = None
    twice: Sequence[datetime] = ()


GIVEN = NotGiven()


def all_against(found: Sequence[Missing], clinic: Clinic) -> list[str]:
    """Every reason in a sentence, and none twice."""
    return list(dict.fromkeys(against(missing, clinic) for missing in at_one(found)))


def at_one(found: Sequence[Missing]) -> list[Missing]:
    """The same said of stretches that touch, as of one part of a session and the next, is said once, of all of it."""
    said: list[Missing] = []
    for missing in found:
        for n, before in enumerate(said):
            whole = replace(before, during=missing.during, taken=missing.taken)
            if before.during.end == missing.during.start and missing == whole:
                taken = tuple(dict.fromkeys((*before.taken, *missing.taken)))
                said[n] = replace(before, during=Interval(before.during.start, missing.during.end), taken=taken)
                break
        else:
            said.append(missing)
    return said


def refused_values(not_given: NotGiven, clinic: Clinic, staff: StaffSession) -> dict[str, Any]:
    """The values of refused_time.html."""
    refusal = not_given.refusal
    may = who_may_override(refusal.missing) if refusal else ()
    theirs = not staff.roles.isdisjoint(may)
    return {
        "refused": refusal is not None,
        "against": all_against(refusal.missing, clinic) if refusal else [],
        "instead": refusal.instead if refusal else [],
        "no_time_helps": refusal is not None and any(one.why is Why.NOT_SUITABLE for one in refusal.missing),
        "shown": not_given.start,
        "override_reasons": list(OVERRIDE_REASONS.items()) if theirs else [],
        "others_may": bool(may) and not theirs,
        "twice": list(not_given.twice),
    }
