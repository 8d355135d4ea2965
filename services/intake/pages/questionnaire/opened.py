"""The questionnaire that a link opens, and whether whoever is here has said who they are: `opened: TheQuestionnaire`."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response

from services.intake.desk import TheDesk
from services.intake.domain.questionnaire.proof import Proof
from services.intake.domain.questionnaire.questionnaire import Questionnaire, QuestionnaireUnknown
from services.intake.domain.questionnaire.sheet import Sheet
from services.intake.pages.guided.opened import lead_to
from services.intake.use_cases.open_questionnaire import open_questionnaire
from shared.keyring.ciphers import PatientCipher
from shared.keyring.errors import KeyErased
from shared.web.visit import Visits


@dataclass(frozen=True, slots=True)
class Opened:
    token: str
    language: str
    questionnaire: Questionnaire
    cipher: PatientCipher
    sheet: Sheet
    proof: Proof
    visits: Visits
    proven: bool
    now: datetime

    @property
    def opens(self) -> bool:
        """What was completed shows no more than thanks and the trend, for as long as its link lasts."""
        return self.questionnaire.open_at(self.now)

    @property
    def at_risk(self) -> bool:
        """From the first sign on, also when what showed it was answered otherwise later."""
        return bool(self.questionnaire.risk or self.sheet.risk)

    @property
    def base(self) -> str:
        return f"/q/{self.token}/{self.language}"

    def lead_to(self, slug: str = "") -> Response:
        response = lead_to(f"{self.base}/{slug}" if slug else self.base)
        return self.still_here(response) if self.proven else response

    def go_on(self) -> Response:
        """To the first open question, to the end of a complete one, or to the page that asks who this is."""
        if not (self.proven and self.opens):
            return self.lead_to()
        return self.lead_to("thanks" if self.questionnaire.completed else self.sheet.first_open or "thanks")

    def still_here(self, response: Response) -> Response:
        return self.visits.keep(response, self.token, self.questionnaire.id.bytes, self.now)

    def with_sheet(self, sheet: Sheet) -> "Opened":
        return replace(self, sheet=sheet)


async def opened_at(request: Request, token: str, language: str, desk: TheDesk) -> Opened:
    """Raises QuestionnaireUnknown, also for somebody who was erased: nothing tells the two apart."""
    async with desk.database.transaction(read_only=True) as tx:
        sealed = await open_questionnaire(tx, token)
    one = sealed.questionnaire
    try:
        cipher = await desk.keyring.cipher(one.patient_id)
    except KeyErased:
        raise QuestionnaireUnknown from None
    visits, now = Visits.from_settings(desk.settings, name="questions", place="/q/"), desk.clock.now()
    proven = visits.lasts(request, one.id.bytes, now)
    return Opened(token, language, one, cipher, sealed.sheet(cipher), sealed.proof(cipher), visits, proven, now)


TheQuestionnaire = Annotated[Opened, Depends(opened_at)]
