"""How a rule says no: in words for the person who typed it, never repeating what they typed."""


class NotPossible(ValueError):
    """One value breaks one rule. `str(error)` is the sentence that stands beside the field."""


class DraftRefused(ValueError):
    """A request cannot be taken as it is. `errors` maps each field to its sentence, in the order of the form."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(f"not possible: {', '.join(errors)}")
        self.errors = errors
