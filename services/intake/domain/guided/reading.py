"""What the clinic reads in the answers when a request is sent: scores, findings, and who has to look first. Kept as it was
read then, so that a later change of rules or scales does not rewrite why somebody was booked, or not."""

from dataclasses import dataclass
from datetime import date

from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.birth import OF_AGE, age_on
from services.intake.domain.scales import Score
from services.intake.domain.screening import Answer, Finding, RuleSet, evaluate, items_to_ask
from shared.events.risk import RiskLevel
from shared.events.values import Disposition, Urgency

UNDER_AGE_ITEM = "under-18"
"""The one item of the rules that is derived, from the date of birth."""


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """Of one item of the rules, as it was called then. `answer` is None when it was left out."""

    name: str
    answer: Answer | None


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """`risk` is the gravest that was raised on the way, also by an answer that was changed afterwards."""

    answers: Answers
    scores: tuple[Score, ...]
    health: tuple[HealthAnswer, ...]
    findings: tuple[Finding, ...]
    rules_version: int
    risk: RiskLevel | None
    safety_left_out: bool
    """A question about safety was shown and skipped: staff ask it themselves."""

    def __repr__(self) -> str:
        return f"Reading(…, rules_version={self.rules_version})"

    @property
    def disposition(self) -> Disposition:
        return Disposition.AWAIT if any(found.outcome.awaits for found in self.findings) else Disposition.BOOK

    @property
    def urgency(self) -> Urgency:
        if self.risk:
            return Urgency.URGENT
        return Urgency.SOON if self.safety_left_out else Urgency.ROUTINE


def read(answers: Answers, rules: RuleSet, risk: RiskLevel | None, today: date) -> Reading:
    """Total: whatever was answered, and whatever was not, there is an outcome. `today` is the clinic's."""
    health = _health(answers, today)
    return Reading(
        answers=answers,
        scores=tuple(score for _, score in answers.scores),
        health=tuple(HealthAnswer(item.name, health.get(item.id)) for item in items_to_ask(rules, answers.reasons)),
        findings=evaluate(rules, health, answers.reasons).findings,
        rules_version=rules.version,
        risk=risk,
        safety_left_out=answers.staff_ask_about_safety,
    )


def _health(answers: Answers, today: date) -> dict[str, Answer]:
    """Who left the date of birth out may be under age: no answer, which counts as not sure."""
    born = answers.born
    if born is None:
        return answers.health
    return {**answers.health, UNDER_AGE_ITEM: Answer.YES if age_on(born, today) < OF_AGE else Answer.NO}
