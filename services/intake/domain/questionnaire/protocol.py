"""Which scales follow an infusion, and when: versioned data that a clinician answers for, never a constant."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.intake.domain.follow_up import FollowUp
from services.intake.domain.questionnaire.sheet import Plan
from services.intake.domain.reasons import Reason
from services.intake.domain.scales import SCALES, ScaleCode
from shared.events.session import Outcome


class ProtocolBroken(ValueError):
    """The data is not a protocol: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class FollowUpProtocol:
    """`confirmed_by` names the clinician who answers for it; empty while it is a proposal."""

    version: int
    confirmed_by: str
    after: timedelta
    screener: frozenset[Reason]
    scales: Mapping[Reason, tuple[ScaleCode, ...]]

    def plan_for(self, reasons: Collection[Reason]) -> Plan:
        """Each scale once, in the order of the scales, whichever reasons ask for it."""
        wanted = {code for reason in reasons for code in self.scales[reason]}
        return Plan(
            scales=tuple(code for code in SCALES if code in wanted),
            screener=not self.screener.isdisjoint(reasons),
            protocol_version=self.version,
        )

    def due_at(self, follow_up: FollowUp) -> datetime | None:
        """When the patient is asked. None while a person must speak with them first.

        After a session that was stopped early, or that ended in another hospital, no automatic message comes before a
        member of staff has asked how they are: their follow-up is on staff's list until somebody has.
        """
        next_day = follow_up.ended_at + self.after
        if follow_up.outcome is Outcome.FULL:
            return next_day
        return max(next_day, follow_up.done_at) if follow_up.done_at else None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "FollowUpProtocol":
        """Raises ProtocolBroken, also when a reason has no scale: nobody is left out in silence."""
        try:
            scales = {Reason(name): tuple(map(ScaleCode, codes)) for name, codes in data["scales"].items()}
            read = cls(
                version=int(data["version"]),
                confirmed_by=str(data["confirmed_by"]),
                after=timedelta(hours=data["hours_after"]),
                screener=frozenset(map(Reason, data["screener"])),
                scales=scales,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProtocolBroken(f"cannot be read: {error}") from error
        for reason in Reason:
            if not scales.get(reason):
                raise ProtocolBroken(f"{reason} has no scale")
        if on_paper := [code for codes in scales.values() for code in codes if not SCALES[code].items]:
            raise ProtocolBroken(f"the questions of {on_paper[0]} are on paper only")
        return read
