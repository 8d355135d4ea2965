"""What an appointment's patient is asked about another time, for patients and staff alike."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from services.scheduling.domain.asked_move import Question
from services.scheduling.domain.wall_clock import reads


class AskedState(StrEnum):
    OPEN = "open"
    DECLINED = "declined"
    LAPSED = "lapsed"
    """Not answered in time."""
    ENDED = "ended"
    """The other time could not be kept either."""


class AskedOut(BaseModel):
    """The booked time cannot be kept, and the patient knows it. `starts_at` to `ends_at` is what was proposed instead; while
    `state` is `open` it is kept for them, and their answer counts until `answer_by`. Afterwards it is over, and the clinic
    finds another time with them."""

    state: AskedState
    starts_at: datetime
    ends_at: datetime
    local_start: datetime = Field(description="The wall clock at the clinic.")
    answer_by: datetime

    @classmethod
    def of(cls, question: Question, zone: str) -> "AskedOut":
        return cls(
            state=AskedState(question.state.value),
            starts_at=question.starts_at,
            ends_at=question.ends_at,
            local_start=reads(question.starts_at, zone),
            answer_by=question.answer_by,
        )
