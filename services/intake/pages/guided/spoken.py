"""Words in the language of the page. What there is only in English is marked as such, so that it is read aloud rightly."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from services.intake.domain.words import ENGLISH, Words
from services.intake.pages.site_words import Say, sayer
from services.intake.store.site_texts import Language
from shared.settings import ClinicIdentity


@dataclass(frozen=True, slots=True)
class Spoken:
    """`texts` and everything else that is said, for one page. `say` is for texts, `words` for what the rules carry."""

    texts: Language
    clinic: ClinicIdentity

    @property
    def language(self) -> str:
        return self.texts.name

    @property
    def say(self) -> Say:
        return sayer(self.clinic, self.language)

    def words(self, said: Words) -> Markup:
        text = said.in_language(self.language)
        if self.has(said):
            return Markup("{}").format(text)
        return Markup('<span lang="{}">{}</span>').format(ENGLISH, text)

    def has(self, said: Words) -> bool:
        """Whether it is there in this language."""
        return self.language.partition("-")[0].lower() in dict(said.by_language)

    def sentences(self, errors: Mapping[str, Words]) -> dict[str, str]:
        return {name: said.in_language(self.language) for name, said in errors.items()}
