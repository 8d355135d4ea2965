"""What a link to the questions of staff opens, in the language that its patient reads: `opened: TheQuestions`."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from services.intake.desk import TheDesk
from services.intake.domain.asked_again import AskedAgain
from services.intake.domain.guided.answers import Values
from services.intake.domain.information import ASK_QUESTIONS
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.in_language import drawn_in
from services.intake.pages.site import Site
from services.intake.problems import LinkUnknown
from services.intake.store.information_asks import open_own
from services.intake.use_cases.answer_asked_page import open_asked
from services.intake.use_cases.give_information import Asked
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import open_contact
from shared.keyring.errors import KeyErased, KeyUnknown, SealBroken


@dataclass(frozen=True, slots=True)
class Opened:
    token: str
    asked: Asked
    again: AskedAgain
    cipher: PatientCipher
    language: str
    own: str
    expired: bool

    @property
    def base(self) -> str:
        return f"/r/questions/{self.token}"

    @property
    def questions(self) -> list[tuple[str, str]]:
        """Those that are answered in free words: code and words, in the order in which they stand on the page."""
        return [
            (code.value, ASK_QUESTIONS[code].asks.in_language(self.language) if code in ASK_QUESTIONS else self.own)
            for code in self.asked.ask.questions
        ]

    @property
    def urgent(self) -> bool:
        """From the first sign on, also one in the request itself."""
        return self.asked.urgent or self.again.risk is not None

    def at_risk(self) -> "Opened":
        return replace(self, asked=replace(self.asked, urgent=True))

    def having_said(self, slug: str, values: Values) -> "Opened":
        return replace(self, again=self.again.with_page(slug, values))


async def open_questions(request: Request, token: str, desk: TheDesk) -> Opened:
    """Also behind a link that has ended. Raises LinkUnknown, also for somebody who was erased."""
    async with desk.database.transaction(read_only=True) as tx:
        sealed = await open_asked(tx, token)
        expired = tx.now >= sealed.asked.ask.expires_at
    site: Site = request.app.state.site
    try:
        cipher = await desk.keyring.cipher(sealed.asked.request.patient_id)
        spoken = open_contact(cipher, sealed.asked.contact).language.partition("-")[0]
        own, again = open_own(cipher, sealed.asked.ask), sealed.open(cipher)
    except (KeyErased, KeyUnknown, SealBroken):
        raise LinkUnknown from None
    language = spoken if spoken in site.languages else site.languages[0]
    return Opened(token, sealed.asked, again, cipher, language, own, expired)


TheQuestions = Annotated[Opened, Depends(open_questions)]


async def _drawn(request: Request, opened: TheQuestions) -> Drawn:
    return drawn_in(request, opened.language)


TheDrawnQuestions = Annotated[Drawn, Depends(_drawn)]
