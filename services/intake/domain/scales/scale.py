"""What a scale is made of: items with choices, a range, bands, and what is done about items that were skipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.intake.domain.refusal import NotPossible
from services.intake.domain.scales.progress import Goals
from services.intake.domain.words import Words


class ScaleCode(StrEnum):
    PHQ_9 = "phq-9"
    GAD_7 = "gad-7"
    PCL_5 = "pcl-5"
    PAIN_NRS = "pain-nrs"
    AUDIT_C = "audit-c"
    DAST_10 = "dast-10"
    Y_BOCS = "y-bocs"
    MADRS = "madrs"
    BPI = "bpi"
    QIDS = "qids"


@dataclass(frozen=True, slots=True)
class Choice:
    value: int
    words: Words


@dataclass(frozen=True, slots=True)
class Item:
    """One question. Its number is the one of the published form."""

    number: int
    asks: Words
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of totals, both ends included. `staff` is what the source calls it."""

    code: str
    lowest: int
    highest: int
    staff: str


class Item9(StrEnum):
    """What PHQ-9's ninth item, thoughts of being better off dead, was answered with."""

    ZERO = "zero"
    ABOVE_ZERO = "above-zero"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Score:
    """`total` is None when more was skipped than the scale allows; then there is no band either."""

    code: ScaleCode
    total: int | None
    band: Band | None
    missing: tuple[int, ...] = ()
    prorated: bool = False
    item_9: Item9 | None = None
    """Of PHQ-9 only."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Without items it is one whose wording needs permission: staff enter the total of the paper form."""

    code: ScaleCode
    name: str
    lowest: int
    highest: int
    bands: tuple[Band, ...]
    stem: Words | None = None
    """The sentence above all items."""
    items: tuple[Item, ...] = ()
    may_be_missing: int = 0
    """Up to so many items are prorated: the mean of the answered ones stands for each skipped one."""
    watches_item_9: bool = False
    loinc: str | None = None
    """Of the total. None where no code is known for certain."""
    goals: Goals | None = None
    translated: frozenset[str] = frozenset()
    """Languages in which the wording is our own translation, not validated: staff see so beside the score."""

    def score(self, answers: Mapping[int, int]) -> Score:
        """`answers` maps an item's number to the chosen value; what was skipped is absent. Raises NotPossible."""
        self._check(answers)
        missing = tuple(item.number for item in self.items if item.number not in answers)
        return Score(
            code=self.code,
            total=(total := self._total(answers, len(missing))),
            band=self.band_of(total) if total is not None else None,
            missing=missing,
            prorated=bool(missing) and total is not None,
            item_9=_item_9(answers) if self.watches_item_9 else None,
        )

    def of_total(self, total: int) -> Score:
        """The score behind a total that staff took from a paper form. Raises NotPossible."""
        if not self.lowest <= total <= self.highest:
            raise NotPossible(f"{self.name} goes from {self.lowest} to {self.highest}. Write a number in between.")
        return Score(self.code, total, self.band_of(total))

    def band_of(self, total: int) -> Band | None:
        return next((band for band in self.bands if band.lowest <= total <= band.highest), None)

    def _check(self, answers: Mapping[int, int]) -> None:
        if not self.items:
            raise NotPossible(f"The questions of {self.name} are on paper only. Enter its total.")
        allowed = {item.number: {choice.value for choice in item.choices} for item in self.items}
        if any(value not in allowed.get(number, ()) for number, value in answers.items()):
            raise NotPossible("Choose from the answers that are shown. What we received is not one of them.")

    def _total(self, answers: Mapping[int, int], missing: int) -> int | None:
        if missing > self.may_be_missing:
            return None
        answered = len(self.items) - missing
        # To the nearest whole number, halves up, without a float in between.
        return (2 * sum(answers.values()) * len(self.items) + answered) // (2 * answered)


def _item_9(answers: Mapping[int, int]) -> Item9:
    if 9 not in answers:
        return Item9.MISSING
    return Item9.ABOVE_ZERO if answers[9] > 0 else Item9.ZERO
