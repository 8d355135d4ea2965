"""Questionnaires with a number at the end: what they ask, and what the number means. One file a scale."""

from services.intake.domain.scales.fitting import SCALES, scales_for, totals_for
from services.intake.domain.scales.scale import Band, Choice, Item, Item9, Scale, ScaleCode, Score

__all__ = [
    "SCALES",
    "Band",
    "Choice",
    "Item",
    "Item9",
    "Scale",
    "ScaleCode",
    "Score",
    "scales_for",
    "totals_for",
]
