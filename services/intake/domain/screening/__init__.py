"""Who may be booked by themselves, and what a person decides first: a clinic's rules as data, and their evaluation."""

from services.intake.domain.screening.evaluate import Finding, Screened, evaluate, items_to_ask
from services.intake.domain.screening.rule_set import (
    Answer,
    Group,
    Outcome,
    RuleSet,
    RuleSetBroken,
    ScreeningItem,
    Source,
    Support,
)

__all__ = [
    "Answer",
    "Finding",
    "Group",
    "Outcome",
    "RuleSet",
    "RuleSetBroken",
    "Screened",
    "ScreeningItem",
    "Source",
    "Support",
    "evaluate",
    "items_to_ask",
]
