"""The questions that staff ask once more, as JSON treats them."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from services.intake.api.draft_models import OptionOut
from services.intake.api.models import UrgentHelpOut
from services.intake.api.opened_draft import Language, Token, spoken_in, urgent_help
from services.intake.api.question_set import Outcome, set_view
from services.intake.api.question_set_models import QuestionSetLinksOut, QuestionSetOut, SetState, WordsOut
from services.intake.api.unambiguous_json import UnambiguousJsonRoute
from services.intake.desk import Desk, TheDesk, desk_of
from services.intake.domain.cssrs import Reply
from services.intake.domain.guided.answers import Values
from services.intake.domain.guided.signs import signs_written
from services.intake.domain.guided.walk import Walk
from services.intake.domain.information import AskCode, shows_danger
from services.intake.pages.asked_opened import Opened, open_questions
from services.intake.pages.guided.spoken import Spoken
from services.intake.pages.question_words import WORDS
from services.intake.problems import LinkUnknown
from services.intake.use_cases.answer_asked_page import ChangedElsewhere, Kept, raise_what_was_said, save_asked_page
from services.intake.use_cases.give_information import hear_danger
from shared.database import Transaction
from shared.web.problems import FieldError

PATH = "/api/consultation-requests/questions"


@dataclass(frozen=True, slots=True)
class AskedSet:
    opened: Opened
    spoken: Spoken
    public_url: str

    @property
    def token(self) -> str:
        return self.opened.token

    @property
    def address(self) -> str:
        return f"{PATH}/{self.token}"

    @property
    def at_risk(self) -> bool:
        return self.opened.urgent

    @property
    def ended(self) -> bool:
        return self.opened.expired

    @property
    def complete(self) -> bool:
        return self.first_open is None

    @property
    def walk(self) -> Walk:
        return self.opened.again.walk

    @property
    def stops(self) -> tuple[str, ...]:
        return self.opened.again.stops

    @property
    def first_open(self) -> str | None:
        return self.opened.again.first_open

    def may_open(self, slug: str) -> bool:
        return self.opened.again.may_open(slug)

    def view(self) -> QuestionSetOut:
        to_say = self.opened.questions and not self.opened.asked.answered
        state = SetState.OPEN if self.first_open else SetState.IN_WORDS if to_say else SetState.COMPLETE
        links = QuestionSetLinksOut(
            questions=self.address,
            question=f"{self.address}/{{question}}",
            new_link=f"{self.address}/new-link",
            page=f"{self.public_url}{self.opened.base}",
            words=f"{self.address}/words" if self.opened.questions else None,
        )
        return set_view(self, self.opened.asked.ask.expires_at, state, links, self._in_words())

    def with_risk(self) -> "AskedSet":
        return replace(self, opened=self.opened.at_risk())

    def answered_in_words(self) -> "AskedSet":
        asked = self.opened.asked
        return replace(self, opened=replace(self.opened, asked=replace(asked, answered=asked.answered + 1)))

    async def hear(self, desk: Desk, slug: str, signs: Values) -> "AskedSet":
        if not signs:
            return self
        async with desk.database.transaction() as tx:
            await raise_what_was_said(tx, self.token, self.opened.again.said.with_page(slug, signs))
        return self.with_risk()

    async def save(self, tx: Transaction, slug: str, values: Values, revision: int) -> tuple[Outcome, "AskedSet"]:
        saved = await save_asked_page(tx, self.token, self.opened.cipher, slug, values, revision)
        heard = self.with_risk() if self.opened.having_said(slug, values).urgent else self
        again, opened = self.opened.again, heard.opened
        match saved:
            case Kept(now):
                return Outcome.KEPT, replace(heard, opened=replace(opened, again=now))
            case ChangedElsewhere(said):
                return Outcome.ELSEWHERE, replace(heard, opened=replace(opened, again=replace(again, said=said)))
            case _:
                expired = tx.now >= opened.asked.ask.expires_at
                return Outcome.NOT_KEPT, replace(heard, opened=replace(opened, expired=expired))

    def _in_words(self) -> list[WordsOut]:
        language = self.spoken.language
        yes_or_no = [OptionOut(value=one, label=WORDS[one].in_language(language)) for one in (Reply.YES, Reply.NO)]
        return [
            WordsOut(name=AskCode(code), asks=asks, options=yes_or_no if code == AskCode.SAFETY else [])
            for code, asks in self.opened.questions
        ]


async def open_set(request: Request, token: Token, desk: TheDesk, language: Language = None) -> AskedSet:
    """Raises LinkUnknown; InvalidInput for a language that there is none of."""
    opened = await open_questions(request, token, desk)
    wrong = FieldError(f"Choose one of: {', '.join(request.app.state.site.languages)}.", parameter="language")
    spoken = spoken_in(request, opened.language if language is None else language, wrong)
    return AskedSet(replace(opened, language=spoken.language), spoken, desk.settings.public_url)


TheAskedSet = Annotated[AskedSet, Depends(open_set)]


class AskedRoute(UnambiguousJsonRoute):
    """Hears a risk in a body that is refused: of a question, or in free words."""

    async def hears(self, request: Request, text: str) -> UrgentHelpOut | None:
        desk, params = desk_of(request), request.path_params
        try:
            them = await open_set(request, params["token"], desk)
        except LinkUnknown:
            return None
        question = params.get("question", AskCode.SAFETY)
        them = await them.hear(desk, question, signs_written(question, text))
        if "question" not in params and shows_danger({AskCode.OWN: text}):
            them = await heard_danger(them, desk)
        return urgent_help(them.at_risk, them.spoken)


async def heard_danger(them: AskedSet, desk: Desk) -> AskedSet:
    async with desk.database.transaction() as tx:
        await hear_danger(tx, them.token)
    return them.with_risk()
