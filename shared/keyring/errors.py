"""What can be wrong with a key. All three are facts about one record, never about the place: retrying does not help."""

from uuid import UUID


class KeyUnknown(LookupError):
    """No key was ever made for this patient, or it was made after the back-up that was restored."""

    def __init__(self, patient_id: UUID) -> None:
        super().__init__(f"no key for patient {patient_id}")
        self.patient_id = patient_id


class KeyErased(LookupError):
    """The patient's data was erased: the key is gone and never comes back under this id."""

    def __init__(self, patient_id: UUID) -> None:
        super().__init__(f"the key of patient {patient_id} was erased")
        self.patient_id = patient_id


class SealBroken(ValueError):
    """Sealed under another key, for another place, or changed since. Says nothing of the content."""

    def __init__(self, context: str) -> None:
        super().__init__(f"cannot open what is sealed as {context!r}")
        self.context = context
