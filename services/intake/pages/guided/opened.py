"""The request that a link opens, and where its pages stand: `opened: TheRequest`."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends
from starlette.responses import RedirectResponse

from services.intake.desk import TheDesk
from services.intake.domain.guided.answers import Answers, Values
from services.intake.domain.guided.unsent import RequestDraft
from services.intake.domain.guided.walk import Walk
from services.intake.store.version_kinds import SCREENING
from services.intake.use_cases.open_request_draft import answers_of, open_draft, sent_as
from shared.keyring.ciphers import PatientCipher
from shared.versions.in_force import rules_in_force

NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Opened:
    """`place` is where its pages stand: behind the link of the person, whose `token` it is, or among staff's pages."""

    token: str
    draft: RequestDraft
    cipher: PatientCipher
    walk: Walk
    place: str

    def address(self, language: str, slug: str = "") -> str:
        """Of one of its pages."""
        return f"{self.place}/{language}" + (f"/{slug}" if slug else "")

    @property
    def sent_as(self) -> str | None:
        """The token of the patient's own page, once the request was sent."""
        return sent_as(self.draft, self.cipher)

    @property
    def at_risk(self) -> bool:
        """From the first sign on, also when what showed it was answered otherwise later."""
        return bool(self.draft.risk or self.walk.answers.risk)

    def having_said(self, slug: str, values: Values) -> "Opened":
        """As it would be with this page: a risk in it is answered with help also when the page could not be kept."""
        return replace(self, walk=self.with_answers(self.walk.answers.with_page(slug, values)))

    def with_answers(self, answers: Answers) -> Walk:
        return Walk(answers, self.walk.rules)


def place_of(token: str) -> str:
    return f"/request/g/{token}"


def lead_to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303, NOT_KEPT)


async def open_by_link(token: str, desk: TheDesk) -> Opened:
    """Raises DraftUnknown. The key is fetched between transactions: it is in another database."""
    async with desk.database.transaction(read_only=True) as tx:
        draft = await open_draft(tx, token)
        in_force = await rules_in_force(tx, SCREENING, draft.clinic_id)
    cipher = await desk.keyring.cipher(draft.patient_id)
    return Opened(token, draft, cipher, Walk(answers_of(draft, cipher), in_force.content), place_of(token))


TheRequest = Annotated[Opened, Depends(open_by_link)]
