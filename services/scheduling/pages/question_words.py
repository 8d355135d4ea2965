"""That a patient is asked about another time, or what came of it, in words for staff."""

from services.scheduling.domain.asked_move import AskedMove, Question
from services.scheduling.domain.slot_offer import OfferState
from shared.web.times import staff_when

_CHIPS = {
    OfferState.DECLINED: "Said no to another time",
    OfferState.LAPSED: "Did not answer about another time",
    OfferState.ENDED: "Asked, and that time is gone too",
}
_NOW = "Ask about another time, move it, or phone them."
_BECAME = {
    OfferState.DECLINED: "They said no to {when}. " + _NOW,
    OfferState.LAPSED: "They did not answer about {when}, which is kept no more. " + _NOW,
    OfferState.ENDED: "They were asked about {when}, which cannot be kept either: that question is over. " + _NOW,
}


def question_chip(question: Question | AskedMove, zone: str) -> tuple[str, str, str]:
    """Text, kind and icon."""
    if question.open:
        return (f"Asked about a move until {staff_when(question.answer_by, zone)}", "plan", "message-square")
    return (_CHIPS[question.state], "warn", "message-square")


def question_in_words(question: Question | AskedMove, zone: str) -> str:
    """What it was about, and what is to be done once it is over."""
    when = staff_when(question.starts_at, zone)
    if question.open:
        return f"{when} is kept for them until they have answered."
    return _BECAME[question.state].format(when=when)
