"""Two versions of the follow-up protocol side by side, in plain words: what a clinician reads before approving one."""

from collections.abc import Iterable

from services.intake.domain.questionnaire.protocol import FollowUpProtocol
from services.intake.domain.reasons import WORDS, Reason
from services.intake.domain.scales import SCALES, ScaleCode
from shared.events.risk import RiskLevel
from shared.versions.life import Difference

LEVEL_WORDS = {
    RiskLevel.UNASSESSED: "Any sign, also one not yet assessed",
    RiskLevel.LOW: "Low or graver",
    RiskLevel.MODERATE: "Moderate or graver",
    RiskLevel.HIGH: "High",
}


def differences(before: FollowUpProtocol, after: FollowUpProtocol) -> tuple[Difference, ...]:
    was, is_ = _parts(before), _parts(after)
    return tuple(
        Difference(name, part, was[name, part], said) for (name, part), said in is_.items() if was[name, part] != said
    )


def _parts(protocol: FollowUpProtocol) -> dict[tuple[str, str], str]:
    """Everything that a protocol says, by what it is called on the pages."""
    level = protocol.screener_from
    return {
        ("After an infusion", "Asked after"): f"{protocol.hours_after} hours",
        ("C-SSRS screener", "For these reasons"): _reasons(protocol.screener),
        ("C-SSRS screener", "For a risk seen before"): LEVEL_WORDS[level] if level else "Nobody",
        **{(WORDS[reason].staff, "Scales"): _scales(protocol.scales[reason]) for reason in Reason},
    }


def _reasons(chosen: Iterable[Reason]) -> str:
    named = set(chosen)
    return ", ".join(WORDS[reason].staff for reason in Reason if reason in named) or "None"


def _scales(codes: Iterable[ScaleCode]) -> str:
    return ", ".join(SCALES[code].name for code in codes)
