"""A patient whose infusion has ended: the event is heard, the timer looks, and their link comes out of the envelope."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.intake.domain.guided.answers import Values
from services.intake.domain.questionnaire.sheet import Sheet
from services.intake.reactions.session_completed import note_follow_ups
from services.intake.use_cases.ask_scales import Asking, ask_scales
from services.intake.use_cases.open_questionnaire import open_questionnaire
from services.intake.use_cases.save_questionnaire import Saved, save_questionnaire
from shared.events.session import Outcome, SessionCompleted, Severity
from shared.events.values import ContactEnvelope
from shared.ids import uuid7
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import Contact, open_contact
from shared.messaging.envelope import Received
from tests.integration.intake.conftest import SITE, Intake, heard
from tests.integration.intake.guided import Walk

LINK_LIFE = timedelta(days=7)


@dataclass
class Patient:
    intake: Intake
    cipher: PatientCipher
    request_id: UUID

    @classmethod
    async def who_asked(cls, intake: Intake, *reasons: str, **before: str) -> "Patient":
        """Page by page, so that a date of birth is on file; `before` are answers to scales, such as `phq_9_1="3"`."""
        walk = await (await Walk.begin(intake)).filled(*(reasons or ("depression",)))
        await walk.say(**before)
        submitted = await walk.send()
        return cls(intake, walk.cipher, submitted.request.id)

    @classmethod
    async def by_the_short_form(cls, intake: Intake, **changes: Any) -> "Patient":
        """No date of birth is on file."""
        await intake.submitted(**changes)
        (row,) = await intake.rows("select id, patient_id from consultation_request order by requested_at desc limit 1")
        return cls(intake, await intake.app.state.keyring.cipher(row["patient_id"]), row["id"])

    def session(self, outcome: Outcome = Outcome.FULL, session_id: UUID | None = None) -> SessionCompleted:
        now = self.intake.clock.now()
        return SessionCompleted(
            clinic_id=self.intake.clinic_id,
            patient_id=self.cipher.patient_id,
            session_id=session_id or uuid7(),
            appointment_id=uuid7(),
            started_at=now - timedelta(hours=1),
            ended_at=now,
            outcome=outcome,
            worst_severity=Severity.NONE,
        )

    async def asked(self, event: SessionCompleted | None = None) -> str:
        """The token of the link that was sent."""
        event = event or self.session()
        await hear(self.intake, heard(event, 1, event.session_id))
        await ask(self.intake)
        return (await self.links())[-1]

    async def links(self) -> list[str]:
        """Tokens of all links that were sent to this patient, in order."""
        due = await bodies(self.intake, "scales-due")
        contacts = [self.envelope(body) for body in due if body["patient_id"] == str(self.cipher.patient_id)]
        return [one.links["questionnaire"].removeprefix(f"{SITE}/q/") for one in contacts]

    def envelope(self, body: dict[str, Any]) -> Contact:
        return open_contact(self.cipher, ContactEnvelope.model_validate(body["contact"]))

    async def save(self, token: str, slug: str, value: str | None, *, revision: int = 0) -> Saved:
        values: Values = {slug: (value,)} if value is not None else {}
        async with self.intake.database.transaction() as tx:
            return await save_questionnaire(tx, token, self.cipher, slug, values, revision)

    async def sheet(self, token: str) -> Sheet:
        async with self.intake.database.transaction(read_only=True) as tx:
            sealed = await open_questionnaire(tx, token)
        return sealed.sheet(self.cipher)

    async def answer_all(self, token: str, value: str = "1", **others: str) -> None:
        """`others` by page, such as `phq_9_9="0"`."""
        while (slug := (await self.sheet(token)).first_open) is not None:
            reply = "no" if slug.startswith(("screener-", "safety")) else value
            await self.save(token, slug, others.get(slug.replace("-", "_"), reply))


async def hear(intake: Intake, *messages: Received[SessionCompleted]) -> None:
    await intake.hear(note_follow_ups, *messages)


async def ask(intake: Intake) -> int:
    asking = Asking(LINK_LIFE, SITE)
    return await ask_scales(intake.database, intake.app.state.keyring, asking)


async def bodies(intake: Intake, topic: str) -> list[dict[str, Any]]:
    return [body for said, body in await intake.said() if said == topic]
