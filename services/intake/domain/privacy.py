"""What somebody agrees to before a request is sent page by page, in the exact words."""

from dataclasses import dataclass

from services.intake.domain.words import ENGLISH


@dataclass(frozen=True, slots=True)
class PrivacyWording:
    """A change of words is a new version beside the old one, never an edit, as with the consents to be contacted."""

    version: str
    language: str
    text: str

    def said_by(self, clinic: str) -> str:
        return self.text.format(clinic=clinic)


PRIVACY_WORDINGS: dict[str, PrivacyWording] = {
    wording.version: wording
    for wording in (
        PrivacyWording(
            "privacy-1",
            "en",
            "I agree that {clinic} keeps my answers, also those about my health, and uses them to prepare my consultation "
            "and my care there.",
        ),
        PrivacyWording(
            "privacy-1-es",
            "es",
            "Acepto que {clinic} guarde mis respuestas, también las que tratan de mi salud, y las use para preparar mi "
            "consulta y mi atención allí.",
        ),
    )
}


def privacy_wording(language: str) -> PrivacyWording:
    """What a page in this language shows today: the last version; in English where we have no other."""
    spoken = {wording.language: wording for wording in PRIVACY_WORDINGS.values()}
    return spoken.get(language) or spoken[ENGLISH]
