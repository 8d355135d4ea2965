"""A clinic's screening rules as one value: read from data, checked whole, and total by its shape.

Every item says what follows from each answer that there is, so that no answer is without an outcome; and not knowing is
never read more lightly than a clinician's decision where any answer would need one.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from services.intake.domain.reasons import Reason
from services.intake.domain.words import Words, words_of
from shared.versions.life import VersionBroken


class RuleSetBroken(VersionBroken):
    """These rules cannot be used."""


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Outcome(StrEnum):
    """In the order of weight: the gravest of several counts."""

    CLEAR = "clear"
    INFORMATION = "information"
    CLINICIAN = "clinician"
    HARD_STOP = "hard-stop"

    @property
    def weight(self) -> int:
        return _WEIGHTS[self]

    @property
    def awaits(self) -> bool:
        """Whether a person decides before anything is booked."""
        return self.weight >= Outcome.CLINICIAN.weight


_WEIGHTS = {outcome: weight for weight, outcome in enumerate(Outcome)}


class Group(StrEnum):
    """What is asked together, in the order of the pages."""

    HEART = "heart"
    BODY = "body"
    MIND = "mind"
    MEDICINES = "medicines"
    USE = "use"
    HISTORY = "history"
    PERSON = "person"


class Source(StrEnum):
    """Where the answer comes from."""

    ASKED = "asked"
    DERIVED = "derived"
    """From what else is known, such as the age from the date of birth."""


class Support(StrEnum):
    """How well an item is supported."""

    PUBLISHED = "S"
    PROPOSAL = "P"


def _to_words(value: object) -> Words:
    if isinstance(value, Words):
        return value
    if not isinstance(value, Mapping) or not all(isinstance(said, str) for said in value.values()):
        raise ValueError("Write the words by language, such as {en = …, es = …}.")
    return words_of(value)


SaidToPatients = Annotated[Words, BeforeValidator(_to_words), PlainSerializer(lambda said: dict(said.by_language))]
Sentence = Annotated[str, Field(min_length=1, max_length=600)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, str_strip_whitespace=True)


class Weighing(_Value):
    """What follows from each answer."""

    yes: Outcome
    no: Outcome
    unsure: Outcome

    def of(self, answer: Answer) -> Outcome:
        return {Answer.YES: self.yes, Answer.NO: self.no, Answer.UNSURE: self.unsure}[answer]

    @model_validator(mode="after")
    def _not_knowing_is_not_lighter(self) -> Self:
        if (self.yes.awaits or self.no.awaits) and not self.unsure.awaits:
            raise ValueError("Where an answer makes a clinician decide, “not sure” must as well.")
        return self


class Instead(_Value):
    """For one reason an item weighs differently: what stands against most treatments may be why somebody comes."""

    reason: Reason
    weighs: Weighing
    staff: Sentence


class ScreeningItem(_Value):
    """`staff` is the plain reason that staff read, `patient` the gentle one that the patient does."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    group: Group
    source: Source = Source.ASKED
    sure: Support
    only_for: tuple[Reason, ...] = ()
    """Empty means every reason."""
    asks: SaidToPatients
    hint: SaidToPatients | None = None
    weighs: Weighing
    instead: tuple[Instead, ...] = ()
    staff: Sentence
    patient: SaidToPatients

    def fits(self, reason: Reason) -> bool:
        return not self.only_for or reason in self.only_for

    def weighs_for(self, reason: Reason) -> Weighing:
        return next((one.weighs for one in self.instead if one.reason is reason), self.weighs)

    @model_validator(mode="after")
    def _one_weighing_a_reason(self) -> Self:
        named = [one.reason for one in self.instead]
        if len(named) != len(set(named)):
            raise ValueError("Each reason can weigh differently once only.")
        if not all(self.fits(reason) for reason in named):
            raise ValueError("Choose a reason that the question is asked for.")
        return self


class RuleSet(_Value):
    """All items of one version. The version is kept with every request that was screened under it."""

    version: Annotated[int, Field(ge=1)]
    items: Annotated[tuple[ScreeningItem, ...], Field(min_length=1)]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "RuleSet":
        """From what a file or a table holds. Raises RuleSetBroken."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise RuleSetBroken("; ".join(_place_and_fault(one) for one in error.errors(include_url=False))) from None

    def written(self) -> dict[str, Any]:
        """What `read` makes the same rules from."""
        return self.model_dump(mode="json", exclude_none=True)

    def item(self, item_id: str) -> ScreeningItem | None:
        return next((item for item in self.items if item.id == item_id), None)

    def with_item(self, changed: ScreeningItem) -> "RuleSet":
        """The same rules, with the item of that id as it is now."""
        return self.model_copy(
            update={"items": tuple(changed if item.id == changed.id else item for item in self.items)}
        )

    def with_further(self, item: ScreeningItem) -> "RuleSet":
        """The same rules and one more item, last. Raises RuleSetBroken when one of that id is there."""
        return self.read({**self.written(), "items": [*self.items, item]})

    def without(self, item_id: str) -> "RuleSet":
        """Raises RuleSetBroken when nothing would be left."""
        return self.read({**self.written(), "items": [item for item in self.items if item.id != item_id]})

    def as_version(self, version: int) -> "RuleSet":
        return self.model_copy(update={"version": version})

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = [item.id for item in self.items]
        if len(ids) != len(set(ids)):
            raise ValueError("Each item stands once only.")
        return self


def _place_and_fault(error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "the whole"
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"
