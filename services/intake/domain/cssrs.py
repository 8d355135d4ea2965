"""The C-SSRS screener: six questions about suicide, of which each answer decides the next.

Posner et al. Am J Psychiatry 2011;168:1266-1277; Columbia Lighthouse Project, screener with triage points. It may be used
freely under its terms: words and order stay as they are. The Spanish is the published one for the United States; a clinic
compares it with the form of the Columbia Lighthouse Project before its first Spanish patient (decisions/0130).
LOINC: items 93246-7 … 93269-9, risk level 93374-7.

Triage: only questions 1 or 2 = low; 3, or behaviour longer ago = moderate; 4, 5, or behaviour within three months = high.
A skipped question is never read as a no: what would follow a yes is asked, and the triage says that it is incomplete.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from services.intake.domain.words import Words, words

RISK_LEVEL_LOINC = "93374-7"


class Question(StrEnum):
    """In the order of the form."""

    WISH = "wish"
    THOUGHTS = "thoughts"
    METHOD = "method"
    INTENT = "intent"
    PLAN = "plan"
    BEHAVIOUR = "behaviour"
    RECENT = "recent"


class Reply(StrEnum):
    YES = "yes"
    NO = "no"
    SKIPPED = "skipped"


Replies = Mapping[Question, Reply]

ASKS: dict[Question, Words] = {
    Question.WISH: words(
        "In the past month, have you wished you were dead or wished you could go to sleep and not wake up?",
        es="En el último mes, ¿ha deseado estar muerto(a) o poder dormirse y no despertar?",
    ),
    Question.THOUGHTS: words(
        "In the past month, have you actually had any thoughts of killing yourself?",
        es="En el último mes, ¿ha tenido realmente la idea de suicidarse?",
    ),
    Question.METHOD: words(
        "Have you been thinking about how you might do this?",
        es="¿Ha pensado en cómo llevaría esto a cabo?",
    ),
    Question.INTENT: words(
        "Have you had these thoughts and had some intention of acting on them?",
        es="¿Ha tenido estas ideas y en cierto grado la intención de llevarlas a cabo?",
    ),
    Question.PLAN: words(
        "Have you started to work out or worked out the details of how to kill yourself? Do you intend to carry out "
        "this plan?",
        es="¿Ha comenzado a elaborar o ha elaborado los detalles sobre cómo suicidarse? ¿Tiene intenciones de llevar a cabo "
        "este plan?",
    ),
    Question.BEHAVIOUR: words(
        "Have you ever done anything, started to do anything, or prepared to do anything to end your life?",
        es="¿Alguna vez ha hecho algo, ha comenzado a hacer algo o se ha preparado para hacer algo para terminar con su vida?",
    ),
    Question.RECENT: words("Was this within the past three months?", es="¿Fue en los últimos tres meses?"),
}
_AFTER_THOUGHTS = frozenset({Question.METHOD, Question.INTENT, Question.PLAN})


class Level(IntEnum):
    """Ordered, so that the gravest of several is their maximum."""

    NONE = 0
    LOW = 1
    MODERATE = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Triage:
    """`complete` is false when a question that was due has no yes or no: then NONE means nothing."""

    level: Level
    complete: bool


def next_question(replies: Replies) -> Question | None:
    """The first that is due and has no reply yet; None when there is no more to ask."""
    return next((question for question in Question if _is_due(question, replies) and question not in replies), None)


def triage(replies: Replies) -> Triage:
    """Total: whatever was answered, and whatever was not, there is a level. A yes is never lost, not even one to a question
    that was not due.
    """
    complete = all(
        replies.get(question) in (Reply.YES, Reply.NO) for question in Question if _is_due(question, replies)
    )
    return Triage(_level(replies), complete)


def _is_due(question: Question, replies: Replies) -> bool:
    if question in _AFTER_THOUGHTS:
        return replies.get(Question.THOUGHTS) in (Reply.YES, Reply.SKIPPED)
    if question is Question.RECENT:
        return replies.get(Question.BEHAVIOUR) is Reply.YES
    return True


def _level(replies: Replies) -> Level:
    def yes(*questions: Question) -> bool:
        return any(replies.get(question) is Reply.YES for question in questions)

    if yes(Question.INTENT, Question.PLAN, Question.RECENT):
        return Level.HIGH
    if yes(Question.BEHAVIOUR):
        # Not told how long ago: taken as if it were recent.
        return Level.MODERATE if replies.get(Question.RECENT) is Reply.NO else Level.HIGH
    if yes(Question.METHOD):
        return Level.MODERATE
    return Level.LOW if yes(Question.WISH, Question.THOUGHTS) else Level.NONE
