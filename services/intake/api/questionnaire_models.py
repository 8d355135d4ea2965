"""The JSON of the questions after an infusion, beside what all questions behind a link have (`question_set_models.py`)."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.intake.api.draft_models import FieldOut
from services.intake.api.models import UrgentHelpOut
from services.intake.api.question_set_models import QuestionSetLinksOut
from services.intake.domain.scales import ScaleCode


class ProofAskedOut(BaseModel):
    """What to ask before anything else, so that nobody but the person it was sent to opens the questions."""

    language: str
    ends_at: datetime = Field(description="When the link ends.")
    heading: str
    why: str
    asked: FieldOut = Field(description="A date of birth; a last name where no date is on file.")


class ProofIn(BaseModel):
    said: Annotated[str, Field(max_length=1000)] = Field(description="A date as in 1984-07-19, or a last name.")

    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, frozen=True, json_schema_extra={"examples": [{"said": "1984-07-19"}]}
    )


class QuestionnaireTicketOut(BaseModel):
    """Send `ticket` with every further call, in the header Chairside-Ticket. A secret: never put it in an address."""

    ticket: str
    ends_at: datetime = Field(description="Of the ticket. Then the same is asked once more; nothing is lost.")
    links: QuestionSetLinksOut


class TakenOut(BaseModel):
    at: datetime
    total: int
    before: bool = Field(description="True of what was answered with the request, before any treatment.")


class ScaleTrendOut(BaseModel):
    """Oldest first. Lower is easier."""

    scale: ScaleCode
    name: str = Field(description="In the words of a patient; it names no condition.")
    lowest: int
    highest: int
    taken: list[TakenOut]
    words: str = Field(description="What the change since the first answers means.")


class TrendOut(BaseModel):
    """What the person's own answers came to. Show `meaning` with it: a number is no diagnosis."""

    heading: str
    meaning: str
    scales: list[ScaleTrendOut]
    left_out: str = Field(description="Why there is no number where many questions were skipped; empty when all count.")
    urgent_help: UrgentHelpOut | None
