"""How a rule says no: in words for the person who typed it, never repeating what they typed."""

from services.intake.domain.words import ENGLISH, Words, words


class NotPossible(ValueError):
    """One value breaks one rule. `said` is the sentence that stands beside the field; `str(error)` is it in English."""

    def __init__(self, said: Words | str) -> None:
        self.said = said if isinstance(said, Words) else words(said)
        super().__init__(self.said.in_language(ENGLISH))


class DraftRefused(ValueError):
    """A request cannot be taken as it is. `errors` maps each field to its sentence, in the order of the form."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(f"not possible: {', '.join(errors)}")
        self.errors = errors
