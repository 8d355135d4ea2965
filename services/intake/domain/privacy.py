"""What somebody agrees to before a request is sent page by page, in the exact words."""

from dataclasses import dataclass

from services.intake.domain.words import ENGLISH


@dataclass(frozen=True, slots=True)
class PrivacyWording:
    """A change of words is a new version beside the old one, never an edit, as with the consents to be contacted."""

    version: str
    language: str
    text: str
    for_another: bool = False
    """Of somebody who asks for another adult, whose health it is."""

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
        PrivacyWording(
            "privacy-other-1",
            "en",
            "I agree, for the person I ask for, that {clinic} keeps these answers, also those about their health, and uses "
            "them to prepare their consultation and their care there.",
            for_another=True,
        ),
        PrivacyWording(
            "privacy-other-1-es",
            "es",
            "Acepto, en nombre de la persona para la que pido la consulta, que {clinic} guarde estas respuestas, también las "
            "que tratan de su salud, y las use para preparar su consulta y su atención allí.",
            for_another=True,
        ),
    )
}


def privacy_wording(language: str, *, for_another: bool = False) -> PrivacyWording:
    """What a page in this language shows today: the last version; in English where we have no other."""
    spoken = {wording.language: wording for wording in privacy_wordings(for_another=for_another).values()}
    return spoken.get(language) or spoken[ENGLISH]


def privacy_wordings(*, for_another: bool) -> dict[str, PrivacyWording]:
    """Those that say something about whom the request is for, old versions too: only they count as agreed to."""
    return {version: one for version, one in PRIVACY_WORDINGS.items() if one.for_another is for_another}
