"""Answers × rules × reasons → what was found, and whether the request may be booked by itself. Pure and total."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.intake.domain.reasons import Reason
from services.intake.domain.screening.rule_set import Answer, Outcome, RuleSet, ScreeningItem, Source
from services.intake.domain.words import Words
from shared.events.values import Disposition


@dataclass(frozen=True, slots=True)
class Finding:
    """What one item came to. `answer` is None when the question was left out."""

    item_id: str
    name: str
    answer: Answer | None
    outcome: Outcome
    by_reason: tuple[tuple[Reason, Outcome], ...]
    staff: str
    patient: Words

    @property
    def conflicting(self) -> bool:
        """Whether the item weighs differently for the reasons of this request. The gravest counts; staff see both."""
        return len({outcome for _, outcome in self.by_reason}) > 1


@dataclass(frozen=True, slots=True)
class Screened:
    """`findings` without what is clear, the gravest first and otherwise in the order of the rules."""

    version: int
    findings: tuple[Finding, ...]

    @property
    def disposition(self) -> Disposition:
        return Disposition.AWAIT if any(found.outcome.awaits for found in self.findings) else Disposition.BOOK


def items_to_ask(rules: RuleSet, reasons: Collection[Reason]) -> tuple[ScreeningItem, ...]:
    return tuple(item for item in _fitting(rules, reasons) if item.source is Source.ASKED)


def evaluate(rules: RuleSet, answers: Mapping[str, Answer], reasons: Collection[Reason]) -> Screened:
    """Never refuses: an item without an answer counts as not sure, and an answer to no item of these rules as nothing.

    A further reason, and a graver answer, can only add weight.
    """
    found = [_finding(item, answers.get(item.id), reasons) for item in _fitting(rules, reasons)]
    told = [one for one in found if one.outcome is not Outcome.CLEAR]
    return Screened(rules.version, tuple(sorted(told, key=lambda one: -one.outcome.weight)))


def _fitting(rules: RuleSet, reasons: Collection[Reason]) -> list[ScreeningItem]:
    return [item for item in rules.items if not item.only_for or any(item.fits(reason) for reason in reasons)]


def _finding(item: ScreeningItem, answer: Answer | None, reasons: Collection[Reason]) -> Finding:
    counted = answer or Answer.UNSURE
    by_reason = tuple(
        (reason, item.weighs_for(reason).of(counted)) for reason in Reason if reason in reasons and item.fits(reason)
    )
    outcome = max((one for _, one in by_reason), key=lambda one: one.weight, default=item.weighs.of(counted))
    return Finding(item.id, item.name, answer, outcome, by_reason, _why(item, by_reason), item.patient)


def _why(item: ScreeningItem, by_reason: tuple[tuple[Reason, Outcome], ...]) -> str:
    """The item's own words, and those of each reason for which it weighs differently."""
    own = [one.staff for one in item.instead if any(reason is one.reason for reason, _ in by_reason)]
    decided_by_these_alone = bool(own) and len(own) == len(by_reason)
    return " ".join(own if decided_by_these_alone else [item.staff, *own])
