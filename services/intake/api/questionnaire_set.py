"""The questions after an infusion, as JSON treats them, for who has said who they are: `them: TheQuestionnaireSet`."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Header, Request

from services.intake.api.models import UrgentHelpOut
from services.intake.api.opened_draft import Language, Token, spoken_in, urgent_help
from services.intake.api.question_set import Outcome, set_view
from services.intake.api.question_set_models import QuestionSetLinksOut, QuestionSetOut, SetState
from services.intake.api.questionnaire_ticket import opens
from services.intake.api.unambiguous_json import UnambiguousJsonRoute
from services.intake.desk import Desk, TheDesk, desk_of
from services.intake.domain.guided.answers import Values
from services.intake.domain.guided.signs import signs_written
from services.intake.domain.guided.walk import Walk
from services.intake.domain.questionnaire.questionnaire import QuestionnaireUnknown
from services.intake.pages.guided.spoken import Spoken
from services.intake.pages.questionnaire.opened import Opened, opened_at
from services.intake.problems import LinkUnknown, ProofNeeded, QuestionsEnded
from services.intake.store.shipped_rules import shipped_rules
from services.intake.use_cases.open_questionnaire import open_questionnaire
from services.intake.use_cases.save_questionnaire import (
    ChangedElsewhere,
    Kept,
    raise_what_was_said,
    save_questionnaire,
)
from shared.database import Transaction
from shared.web.problems import FieldError
from shared.web.subject_ticket import TICKET_HEADER

PATH = "/api/consultation-requests/questionnaires"
Ticket = Annotated[
    str, Header(alias=TICKET_HEADER, description="From `POST …/proof`. Without one that is good nothing is shown.")
]


@dataclass(frozen=True, slots=True)
class QuestionnaireSet:
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
        return self.opened.at_risk

    @property
    def ended(self) -> bool:
        return not self.opened.opens

    @property
    def complete(self) -> bool:
        return self.opened.questionnaire.completed

    @property
    def walk(self) -> Walk:
        """For the words of a question alone: none of those here depends on rules."""
        return Walk(self.opened.sheet.answers, shipped_rules())

    @property
    def stops(self) -> tuple[str, ...]:
        return self.opened.sheet.stops

    @property
    def first_open(self) -> str | None:
        return self.opened.sheet.first_open

    @property
    def links(self) -> QuestionSetLinksOut:
        return QuestionSetLinksOut(
            questions=self.address,
            question=f"{self.address}/{{question}}",
            new_link=f"{self.address}/new-link",
            page=f"{self.public_url}/q/{self.token}",
            trend=f"{self.address}/trend",
        )

    def may_open(self, slug: str) -> bool:
        return self.opened.sheet.may_open(slug)

    def view(self) -> QuestionSetOut:
        state = SetState.COMPLETE if self.complete else SetState.OPEN
        return set_view(self, self.opened.questionnaire.expires_at, state, self.links)

    async def hear(self, desk: Desk, slug: str, signs: Values) -> "QuestionnaireSet":
        if not signs:
            return self
        async with desk.database.transaction() as tx:
            heard = await raise_what_was_said(tx, self.token, self.opened.sheet.answers.with_page(slug, signs))
        return replace(self, opened=replace(self.opened, questionnaire=heard))

    async def save(
        self, tx: Transaction, slug: str, values: Values, revision: int
    ) -> tuple[Outcome, "QuestionnaireSet"]:
        saved = await save_questionnaire(tx, self.token, self.opened.cipher, slug, values, revision)
        now = (await open_questionnaire(tx, self.token)).questionnaire
        after = replace(self.opened, questionnaire=now, now=tx.now)
        match saved:
            case Kept(sheet):
                return Outcome.KEPT, replace(self, opened=after.with_sheet(sheet))
            case ChangedElsewhere(sheet):
                return Outcome.ELSEWHERE, replace(self, opened=after.with_sheet(sheet))
            case _:
                return Outcome.NOT_KEPT, replace(self, opened=after)


async def open_unproven(request: Request, token: Token, desk: TheDesk, language: Language = None) -> QuestionnaireSet:
    """Before anybody has said who they are: a cookie of the pages proves nothing here.

    Raises LinkUnknown; InvalidInput for a language that there is none of.
    """
    try:
        opened = await opened_at(request, token, "", desk)
    except QuestionnaireUnknown:
        raise LinkUnknown from None
    languages = request.app.state.site.languages
    its_own = opened.questionnaire.language if opened.questionnaire.language in languages else languages[0]
    wrong = FieldError(f"Choose one of: {', '.join(languages)}.", parameter="language")
    spoken = spoken_in(request, its_own if language is None else language, wrong)
    opened = replace(opened, proven=False, language=spoken.language)
    return QuestionnaireSet(opened, spoken, desk.settings.public_url)


TheUnproven = Annotated[QuestionnaireSet, Depends(open_unproven)]


async def _proven(them: TheUnproven, desk: TheDesk, ticket: Ticket = "") -> QuestionnaireSet:
    """Also behind a link that has ended: a risk is heard there. Raises ProofNeeded; QuestionsEnded to who has no ticket."""
    if is_good(ticket, them, desk):
        return them
    if them.ended:
        raise ended_for_anybody(them)
    raise ProofNeeded(members={"proof": f"{them.address}/proof"})


def is_good(ticket: str, them: QuestionnaireSet, desk: Desk) -> bool:
    return opens(desk.settings, desk.clock, ticket, them.opened.questionnaire.id)


def ended_for_anybody(them: QuestionnaireSet) -> QuestionsEnded:
    """Without a word of what was answered: nobody has said who they are."""
    return QuestionsEnded(members={"new_link": f"{them.address}/new-link"})


TheQuestionnaireSet = Annotated[QuestionnaireSet, Depends(_proven)]


class QuestionnaireRoute(UnambiguousJsonRoute):
    """Hears a risk in a body that is refused, of who has said who they are."""

    async def hears(self, request: Request, text: str) -> UrgentHelpOut | None:
        desk, params = desk_of(request), request.path_params
        try:
            them = await open_unproven(request, params["token"], desk)
        except LinkUnknown:
            return None
        if not is_good(request.headers.get(TICKET_HEADER, ""), them, desk):
            return None
        question = params.get("question", "")
        them = await them.hear(desk, question, signs_written(question, text))
        return urgent_help(them.at_risk, them.spoken)
