"""Which scales follow an infusion, and when: versioned data that a clinician answers for, never a constant."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.intake.domain.follow_up import FollowUp
from services.intake.domain.guided.unsent import rises
from services.intake.domain.questionnaire.sheet import Plan
from services.intake.domain.reasons import WORDS, Reason
from services.intake.domain.scales import SCALES, ScaleCode
from shared.events.risk import RiskLevel
from shared.events.session import Outcome
from shared.versions.life import VersionBroken

MOST_HOURS = 168
"""A week: what is asked later says nothing of this infusion."""


class ProtocolBroken(VersionBroken):
    """The data is not a protocol."""


@dataclass(frozen=True, slots=True)
class FollowUpProtocol:
    """`screener`: the reasons for which the C-SSRS is asked whatever the scales say. `screener_from`: and for whom a risk of
    that level, or a graver one, was ever seen; None for nobody.
    """

    version: int
    after: timedelta
    screener: frozenset[Reason]
    screener_from: RiskLevel | None
    scales: Mapping[Reason, tuple[ScaleCode, ...]]

    def plan_for(self, reasons: Collection[Reason], gravest: RiskLevel | None = None) -> Plan:
        """One sheet for all of it: each scale once, in the order of the scales, whichever reasons ask for it.

        `gravest` is the gravest risk that was ever seen in this patient.
        """
        wanted = {code for reason in reasons for code in self.scales[reason]}
        known = self.screener_from is not None and gravest is not None and not rises(gravest, self.screener_from)
        return Plan(
            scales=tuple(code for code in SCALES if code in wanted),
            screener=known or not self.screener.isdisjoint(reasons),
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

    @property
    def hours_after(self) -> int:
        return self.after // timedelta(hours=1)

    def as_version(self, version: int) -> "FollowUpProtocol":
        return replace(self, version=version)

    def written(self) -> dict[str, Any]:
        """What `read` makes the same protocol from."""
        level = {"screener_from": self.screener_from.value} if self.screener_from else {}
        return {
            "version": self.version,
            "hours_after": self.hours_after,
            "screener": [reason.value for reason in Reason if reason in self.screener],
            **level,
            "scales": {reason.value: [code.value for code in self.scales[reason]] for reason in Reason},
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "FollowUpProtocol":
        """Raises ProtocolBroken, also for what this release does not know, and when a reason has no scale: nobody is left
        out in silence.
        """
        try:
            read = cls(
                version=int(data["version"]),
                after=_hours(data["hours_after"]),
                screener=frozenset(map(Reason, data["screener"])),
                screener_from=RiskLevel(data["screener_from"]) if "screener_from" in data else None,
                scales={Reason(name): _ordered(codes) for name, codes in data["scales"].items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProtocolBroken(f"cannot be read: {error}") from error
        for reason in Reason:
            if not read.scales.get(reason):
                raise ProtocolBroken(f"{WORDS[reason].staff} has no scale")
        if on_paper := [code for codes in read.scales.values() for code in codes if not SCALES[code].items]:
            raise ProtocolBroken(f"the questions of {SCALES[on_paper[0]].name} are on paper only")
        if unknown := sorted(data.keys() - read.written().keys()):
            raise ProtocolBroken(f"{unknown[0]} is nothing that this release knows")
        return read


def _hours(said: object) -> timedelta:
    if type(said) is not int or not 0 <= said <= MOST_HOURS:
        raise ValueError(f"hours after the infusion are a whole number from 0 to {MOST_HOURS}")
    return timedelta(hours=said)


def _ordered(codes: Collection[str]) -> tuple[ScaleCode, ...]:
    """Each once, in the order of the scales."""
    named = set(map(ScaleCode, codes))
    return tuple(code for code in SCALES if code in named)
