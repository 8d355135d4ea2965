"""A questionnaire and its link, from the moment it is asked until it is completed or the link ends."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.intake.domain.guided.unsent import rises
from services.intake.domain.questionnaire.sheet import Plan
from shared.events.risk import RiskLevel

TRIES = 5
"""Wrong dates of birth until a link closes: one in some 5,000 guesses of a grown-up's birthday."""
RENEWALS = 3
"""New links for one questionnaire, so that nobody's mailbox is filled from a page."""


class QuestionnaireUnknown(LookupError):
    """No questionnaire has this token."""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """`answers` are sealed. `risk` is the gravest that was raised from them. `renewal` counts the links before this one."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    request_id: UUID
    reference: str
    session_id: UUID
    course_id: UUID | None
    language: str
    plan: Plan
    answers: bytes
    due_at: datetime
    expires_at: datetime
    risk: RiskLevel | None = None
    wrong_tries: int = 0
    renewal: int = 0
    renewed: bool = False
    completed_at: datetime | None = None
    version: int = 1

    @property
    def completed(self) -> bool:
        return self.completed_at is not None

    def open_at(self, now: datetime) -> bool:
        """Once a newer link was sent, this one leads nowhere."""
        return now < self.expires_at and not self.renewed and self.wrong_tries < TRIES

    @property
    def renewable(self) -> bool:
        return not self.renewed and not self.completed and self.renewal < RENEWALS

    def rises_to(self, level: RiskLevel | None) -> bool:
        return rises(self.risk, level)

    def tried(self, right: bool) -> "Questionnaire":
        return replace(self, wrong_tries=0 if right else self.wrong_tries + 1)

    def again(self, new_id: UUID, answers: bytes, now: datetime, life: timedelta) -> "Questionnaire":
        """The same questions and answers behind a new link. `answers` are sealed for `new_id`."""
        return replace(
            self,
            id=new_id,
            answers=answers,
            due_at=now,
            expires_at=now + life,
            wrong_tries=0,
            renewal=self.renewal + 1,
            renewed=False,
        )
