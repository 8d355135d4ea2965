"""The JSON of questions behind a link, beside what a request question by question has (`draft_models.py`)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.intake.api.draft_models import OptionOut, QuestionOut, Slug
from services.intake.api.models import UrgentHelpOut
from services.intake.domain.information import AskCode


class SetState(StrEnum):
    OPEN = "open"
    """`next` is the first question without an answer."""
    IN_WORDS = "in-words"
    """What is left is to be answered in free words: `in_words`."""
    COMPLETE = "complete"
    """Everything is answered, and changes no more."""


class QuestionSetLinksOut(BaseModel):
    """Keep these secret: whoever has them can read and answer."""

    questions: str = Field(description="This set as JSON.")
    question: str = Field(description="A question: put its name for {question}. GET shows it, POST answers it.")
    new_link: str = Field(description="POST, once the link has ended: a new one goes to the address on file.")
    page: str = Field(description="The same as pages: here somebody can go on, on any device.")
    words: str | None = Field(default=None, description="POST answers to `in_words` here.")
    trend: str | None = Field(default=None, description="The person's own numbers so far, once everything is answered.")


class WordsOut(BaseModel):
    """A question that is answered in free words, or with one of `options` where it has some."""

    name: AskCode
    asks: str
    options: list[OptionOut] = []


class QuestionSetOut(BaseModel):
    """What was answered is kept already.

    When `urgent_help` is not null, show its text to the person at once, before anything else, and from then on.
    """

    state: SetState
    language: str
    ends_at: datetime = Field(description="When the link ends.")
    questions: int = Field(description="How many there are by the answers so far; a sign of a risk leads to more.")
    next: QuestionOut | None
    answered: list[Slug]
    in_words: list[WordsOut]
    urgent_help: UrgentHelpOut | None
    links: QuestionSetLinksOut


class WordsIn(BaseModel):
    """Any of them may be left out, not all."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        frozen=True,
        json_schema_extra={"examples": [{"values": {"medicines": "Sertraline, 50 mg"}}]},
    )

    values: Annotated[dict[AskCode, Annotated[str, Field(max_length=20_000)]], Field(max_length=len(AskCode))] = {}


class NewLinkOut(BaseModel):
    """Whether one is on its way is told to nobody: it goes to the address on file, and is shown nowhere."""

    asked: bool = True
