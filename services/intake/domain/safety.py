"""What in a request or a questionnaire means that somebody may be in danger, taken together. No sign hides another."""

from collections.abc import Collection

from services.intake.domain.cssrs import Level, Reply, Triage
from services.intake.domain.reasons import Reason
from services.intake.domain.scales.scale import Item9
from services.intake.domain.words import words
from shared.events.risk import RiskLevel

SAFETY_QUESTION = words(
    "Are you having thoughts of hurting yourself, or that you would be better off dead?",
    es="¿Tiene pensamientos de hacerse daño o de que estaría mejor muerto(a)?",
)
"""For those whose scales do not ask it: PHQ-9 does."""

_GRAVITY = tuple(RiskLevel)
"""From the least to the gravest; unassessed stands below low, because nobody has looked yet."""
_AS_RISK = {Level.LOW: RiskLevel.LOW, Level.MODERATE: RiskLevel.MODERATE, Level.HIGH: RiskLevel.HIGH}


def cssrs_due(reasons: Collection[Reason], item_9: Item9 | None = None, safety: Reply | None = None) -> bool:
    """Whether the screener is asked now, in the same visit: suicidal ideation named as a reason leads to it directly,
    because item 9 misses many; any item 9 above zero, or a yes to the safety question, launches it.
    """
    return Reason.SUICIDAL_IDEATION in reasons or item_9 is Item9.ABOVE_ZERO or safety is Reply.YES


def prompts_staff(item_9: Item9 | None = None, safety: Reply | None = None) -> bool:
    """Whether a question about safety was shown and left out: staff ask it themselves."""
    return item_9 is Item9.MISSING or safety is Reply.SKIPPED


def risk_level(
    reasons: Collection[Reason],
    item_9: Item9 | None = None,
    triage: Triage | None = None,
    safety: Reply | None = None,
) -> RiskLevel | None:
    """The gravest that any sign says; None when there is no sign.

    A screener that found nothing does not take back what led to it: the risk stays raised for a person to assess.
    """
    signs = [RiskLevel.UNASSESSED] if cssrs_due(reasons, item_9, safety) else []
    if triage:
        if triage.level in _AS_RISK:
            signs.append(_AS_RISK[triage.level])
        elif not triage.complete:
            signs.append(RiskLevel.UNASSESSED)
    return max(signs, key=_GRAVITY.index, default=None)
