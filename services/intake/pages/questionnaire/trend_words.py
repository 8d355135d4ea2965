"""What a patient is told about their totals over time."""

from services.intake.domain.questionnaire.said import Thanks
from services.intake.domain.questionnaire.trend import Trend
from services.intake.domain.site import OneText


def words_of(trend: Trend, thanks: Thanks) -> OneText | None:
    """The best that can be said; None where totals say nothing about each other, as without any from before treatment."""
    if len(trend.taken) < 2:
        return thanks.only_one
    if (progress := trend.progress) is None:
        return None
    if progress.remission:
        return thanks.remission
    if progress.response:
        return thanks.response
    return thanks.relevant if progress.relevant else thanks.not_yet
