"""A set of questions behind a link: those that staff ask once more, and those after an infusion. JSON treats them alike."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services.intake.api.draft_models import QuestionOut, StepOut
from services.intake.api.opened_draft import urgent_help
from services.intake.api.question_set_models import QuestionSetLinksOut, QuestionSetOut, SetState, WordsOut
from services.intake.api.questions import question_of
from services.intake.desk import Desk
from services.intake.domain.guided.answers import Values
from services.intake.domain.guided.walk import Walk
from services.intake.pages.guided.spoken import Spoken
from services.intake.problems import AllAnswered, QuestionsEnded
from shared.database import Transaction
from shared.web.problems import Problem


class Outcome(StrEnum):
    KEPT = "kept"
    ELSEWHERE = "elsewhere"
    """Somebody has answered it elsewhere since it was shown; nothing was overwritten."""
    NOT_KEPT = "not kept"
    """The link has ended meanwhile, or everything was answered."""


class QuestionSet(Protocol):
    """As it was read. `walk` carries the answers: which questions come is for `stops` to say."""

    @property
    def token(self) -> str: ...
    @property
    def address(self) -> str:
        """Of the set as JSON."""
        ...

    @property
    def spoken(self) -> Spoken: ...
    @property
    def at_risk(self) -> bool: ...
    @property
    def ended(self) -> bool: ...
    @property
    def complete(self) -> bool:
        """No question can be answered any more."""
        ...

    @property
    def walk(self) -> Walk: ...
    @property
    def stops(self) -> tuple[str, ...]: ...
    @property
    def first_open(self) -> str | None: ...

    def may_open(self, slug: str) -> bool: ...

    def view(self) -> QuestionSetOut: ...

    async def hear(self, desk: Desk, slug: str, signs: Values) -> "QuestionSet":
        """Raises the risk in what cannot be kept, in a transaction of its own."""
        ...

    async def save(self, tx: Transaction, slug: str, values: Values, revision: int) -> tuple[Outcome, "QuestionSet"]:
        """And the set as it is then. A risk in the answer is raised whether or not it was kept."""
        ...


def over(them: QuestionSet) -> type[Problem] | None:
    """Why nothing is asked here any more."""
    return QuestionsEnded if them.ended else AllAnswered if them.complete else None


def reached(them: QuestionSet, slug: str) -> bool:
    """Whether an answer can be meant: also one that comes again after the last, so that its key finds the first."""
    return slug in them.stops if them.complete else them.may_open(slug)


def set_view(
    them: QuestionSet, ends_at: datetime, state: SetState, links: QuestionSetLinksOut, in_words: Sequence[WordsOut] = ()
) -> QuestionSetOut:
    return QuestionSetOut(
        state=state,
        language=them.spoken.language,
        ends_at=ends_at,
        questions=len(them.stops),
        next=question_in(them, them.first_open) if them.first_open and not them.complete else None,
        answered=[slug for slug in them.stops if them.walk.answers.has(slug)],
        in_words=list(in_words),
        urgent_help=urgent_help(them.at_risk, them.spoken),
        links=links,
    )


def question_in(them: QuestionSet, slug: str) -> QuestionOut:
    number, of = them.stops.index(slug) + 1, len(them.stops)
    name = them.spoken.texts.questionnaire.step.format(number=number, of=of)
    step = StepOut(name=name, number=1, of=1, question=number, questions=of)
    return question_of(slug, them.walk, them.spoken, step)
