"""The JSON of a request that is filled in question by question, as front ends send and read it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.intake.api.models import UrgentHelpOut

Slug = Annotated[str, Field(max_length=100, description="Name of a question, such as `contact` or `phq-9-1`.")]
Value = Annotated[str, Field(max_length=1000)]
MOST_FIELDS = 50
"""More than any question has."""


class _Sent(BaseModel):
    """Unknown names are refused: a misspelt one would otherwise be an answer that silently went missing."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class BeginIn(_Sent):
    """The first answer begins a request: whether it is for the person who asks, or for another adult."""

    who: Value = Field(description="`self` or `other`.")
    language: Annotated[str, Field(max_length=20)] = Field(default="en", description="Of the words: `en` or `es`.")

    model_config = ConfigDict(json_schema_extra={"examples": [{"who": "self", "language": "en"}]})


class AnswerIn(_Sent):
    """The answer to one question: a value, or several, for each of its `fields`."""

    values: Annotated[
        dict[Annotated[str, Field(max_length=100)], Value | Annotated[list[Value], Field(max_length=20)]],
        Field(max_length=MOST_FIELDS),
    ] = Field(default={}, description="By the names of the question's fields. A field left out counts as empty.")
    skip: bool = Field(default=False, description="True leaves the question out, where `may_skip` says that one may.")
    revision: int = Field(
        default=0,
        ge=0,
        lt=1_000_000_000,
        description="As the question said it when it was shown: somebody may have answered it elsewhere meanwhile.",
    )

    model_config = ConfigDict(json_schema_extra={"examples": [{"values": {"name": "Ines Marchetti"}, "revision": 0}]})


class Kind(StrEnum):
    """How to draw a field."""

    ONE = "one"
    """One of its `options`."""
    SEVERAL = "several"
    """Any number of its `options`."""
    AGREE = "agree"
    """One option, to be agreed to or not."""
    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    DATE = "date"
    """Year, month and day, as in 1984-07-19."""


class OptionOut(BaseModel):
    """Show `label`, and `note` below it; send `value`."""

    value: str
    label: str
    note: str = ""


class FieldOut(BaseModel):
    name: str
    kind: Kind
    label: str
    hint: str = ""
    required: bool = True
    options: list[OptionOut] = []


class StepOut(BaseModel):
    """How far somebody has come: questions come and go with the answers, steps do not."""

    name: str
    number: int
    of: int
    question: int
    questions: int


class QuestionOut(BaseModel):
    """One question in the words of the clinic. Show `above` before `asks`, `text`, `hint` and `note` as they are.

    `values` are what is kept so far, in the form in which it is sent.
    """

    question: Slug
    step: StepOut
    title: str = Field(description="Names no condition: fit for a tab or a history.")
    above: str
    asks: str
    text: list[str]
    hint: str
    note: str
    fields: list[FieldOut]
    may_skip: bool
    values: dict[str, list[str]]
    revision: int


class DraftState(StrEnum):
    OPEN = "open"
    """`next` is the first question without an answer."""
    COMPLETE = "complete"
    """Everything is answered: show it once more (`check`), and send it."""
    SENT = "sent"
    """It was sent, and changes no more: `links.request` says where it stands."""


class DraftLinksOut(BaseModel):
    """Keep these secret: whoever has them can read and send the request."""

    draft: str = Field(description="This request as JSON.")
    question: str = Field(description="A question: put its name for {question}. GET shows it, POST answers it.")
    check: str = Field(description="Everything that was answered, in words.")
    sending: str = Field(description="POST here to send it.")
    hold_ticket: str = Field(
        description="GET, once `when` is asked: with what a free time can be kept for this request."
    )
    pause: str = Field(description="POST here, and the link to `page` comes by e-mail.")
    page: str = Field(description="The same request as pages: here somebody can go on, on any device.")
    request: str | None = Field(description="Once it was sent: where it stands, as JSON.")


class DraftOut(BaseModel):
    """A request that is being filled in. What was answered is kept already.

    When `urgent_help` is not null, show its text to the person at once, before anything else, and from then on.
    """

    reference: str
    state: DraftState
    next: QuestionOut | None
    answered: list[Slug] = Field(description="Questions that have an answer, in their order; each can be opened again.")
    urgent_help: UrgentHelpOut | None
    links: DraftLinksOut


class TimesLinksOut(BaseModel):
    """Where free times are: scheduling's, in an OpenAPI document of its own."""

    slots: str = Field(description="GET lists free times.")
    hold: str = Field(description="POST keeps one.")
    give_back: str = Field(description="POST gives it back.")


class HoldTicketOut(BaseModel):
    """With `ticket` a free time is kept for this request and for no other. A secret: send it in a body, never in an
    address. A fresh one can be asked for at any time."""

    ticket: str
    ends_at: datetime
    links: TimesLinksOut


class PausedOut(BaseModel):
    """The link is on its way to the address on the page about contact. An address gets a few a day; whether this was one
    too many is told to nobody."""

    kept_until: datetime = Field(description="Without a change until then the request is erased, and the link ends.")


class AskedOut(BaseModel):
    """One question, shown again or for the first time."""

    question: QuestionOut
    before: Slug | None = Field(description="The question before this one, for a way back.")
    urgent_help: UrgentHelpOut | None


class LineOut(BaseModel):
    asks: str
    answer: str


class AnsweredOut(BaseModel):
    question: Slug
    title: str
    lines: list[LineOut]


class SectionOut(BaseModel):
    heading: str
    answers: list[AnsweredOut]


class CheckOut(BaseModel):
    """All answers in words, for the person to look at before they are sent."""

    sections: list[SectionOut]
    urgent_help: UrgentHelpOut | None
