"""When a request means that somebody may be in danger, and what is said to them at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.reasons import Reason
from services.intake.domain.words import ENGLISH, words
from shared.events.risk import RiskLevel
from shared.events.values import Urgency


@dataclass(frozen=True, slots=True)
class RiskFlag:
    """A risk that was seen. It is a fact: it never changes, only somebody takes it upon themselves."""

    id: UUID
    level: RiskLevel
    raised_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: UUID | None = None
    version: int = 1

    @property
    def open(self) -> bool:
        return self.acknowledged_at is None


def risk_of(reasons: Collection[Reason]) -> RiskLevel | None:
    """Suicidal ideation named as a reason is a risk by itself, whatever else is said; nobody has assessed it yet."""
    return RiskLevel.UNASSESSED if Reason.SUICIDAL_IDEATION in reasons else None


def urgency_of(risk: RiskLevel | None) -> Urgency:
    return Urgency.URGENT if risk else Urgency.ROUTINE


_NOT_SENT = words(
    "You told us about thoughts of suicide. You need not be alone with them: call or text {crisis}, at any hour, free and "
    "private. If a life is in danger, call {emergency}. Your request has not reached us yet, so please do not wait for us.",
    es="Nos contó que piensa en el suicidio. No tiene que quedarse solo(a) con eso: llame o escriba al {crisis}, a cualquier "
    "hora, gratis y en confianza. Si hay una vida en peligro, llame al {emergency}. Su solicitud todavía no nos ha llegado, "
    "así que no nos espere.",
)


def crisis_words_before_sending(crisis_line: str, emergency_line: str, language: str = ENGLISH) -> str:
    """For somebody whose request came back to be corrected: nobody of ours has heard of it."""
    return _NOT_SENT.in_language(language).format(crisis=crisis_line, emergency=emergency_line)
