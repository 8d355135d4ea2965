"""Somebody who fills in a request page by page, straight through the use cases, as the pages call them."""

from dataclasses import dataclass

from services.intake.domain.guided.answers import Answers, Values
from services.intake.domain.guided.unsent import RequestDraft
from services.intake.use_cases.begin_request import begin_request
from services.intake.use_cases.open_request_draft import answers_of, open_draft
from services.intake.use_cases.save_page import Saved, save_page
from services.intake.use_cases.send_request import send_draft
from services.intake.use_cases.submit_request import Door, Submitted
from shared.keyring.ciphers import PatientCipher
from tests.integration.intake.conftest import SITE, Intake

NAME = {"name": ("Ines Marchetti",)}
CONTACT = {"email": ("ines@example.com",), "mobile": ("(303) 555-0187",), "consents": ("contact-email-1",)}


@dataclass
class Walk:
    intake: Intake
    token: str
    cipher: PatientCipher

    @classmethod
    async def begin(cls, intake: Intake, language: str = "en") -> "Walk":
        cipher = await intake.app.state.keyring.newcomer()
        async with intake.database.transaction() as tx:
            token = await begin_request(tx, cipher, door_of(intake), language)
        return cls(intake, token, cipher)

    async def save(self, slug: str, values: Values | None = None, *, revision: int | None = None, **more: str) -> Saved:
        """`revision` as a window shows it that was opened just now."""
        values = values if values is not None else {name: (value,) for name, value in more.items()}
        shown = (await self.answers()).revision(slug) if revision is None else revision
        async with self.intake.database.transaction() as tx:
            return await save_page(tx, self.token, self.cipher, slug, values, shown)

    async def say(self, **pages: str) -> None:
        """Pages with one field of the same name: `phq_9_9="2"`."""
        for name, value in pages.items():
            slug = name.replace("_", "-")
            await self.save(slug, {slug: (value,)})

    async def filled(self, *reasons: str) -> "Walk":
        """All that a request cannot be without."""
        await self.save("name", NAME)
        await self.save("born", born="1984-07-19")
        await self.save("contact", CONTACT)
        await self.save("reasons", {"reasons": reasons or ("depression",)})
        return self

    async def send(self) -> Submitted:
        async with self.intake.database.transaction() as tx:
            return await send_draft(tx, self.token, self.cipher, door_of(self.intake))

    async def draft(self) -> RequestDraft:
        async with self.intake.database.transaction(read_only=True) as tx:
            return await open_draft(tx, self.token)

    async def answers(self) -> Answers:
        return answers_of(await self.draft(), self.cipher)


def door_of(intake: Intake) -> Door:
    return Door(intake.app.state.settings.clinic, SITE)
