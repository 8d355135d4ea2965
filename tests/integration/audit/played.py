"""A clinic's day in which everything happens once, and copies of its database to break by hand.

The services have stopped by the time a test looks: what they left in Postgres, in Kafka and in the mail sink stands
still, so each test breaks a copy of its own and nothing else.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from pydantic import SecretStr

from operations.auditing.audit import audit
from operations.auditing.findings import Findings
from operations.auditing.receipts import Receipt, kept_in
from operations.auditing.system import System
from operations.player import patient, staff
from operations.player.browser import Browser
from operations.stack.environment import in_database
from services.intake.domain.screening import Answer
from services.intake.store.shipped_rules import shipped_rules
from services.intake.use_cases.begin_request import begin_request
from services.intake.use_cases.pause_request import pause_request
from services.intake.use_cases.save_page import save_page
from services.intake.use_cases.send_request import send_draft
from services.intake.use_cases.submit_request import Door
from services.notifications.use_cases.change_staff import change_roles
from shared.clock import SystemClock
from shared.database import Database
from shared.database.roles import DATABASE, KEYRING_DATABASE
from shared.events.staff import Role
from shared.ids import uuid7
from shared.keyring import Keyring
from shared.keyring.blind_index import BlindIndex
from shared.keyring.sealing import secret_bytes
from shared.settings import Settings
from tests.faults.clinic import PATIENCE, Clinic, ask, eventually, scheduled, sign_in

ZONE = "America/Denver"


@dataclass(slots=True)
class Copy:
    """A copy of the database after that day, with Kafka and the mails as they are."""

    settings: Settings
    receipts: list[Receipt]

    async def fetch(self, statements: str) -> Any:
        """Runs all; the first value of the last, as text."""
        connection = await asyncpg.connect(self.settings.database_url.get_secret_value())
        try:
            *before, last = (one for one in statements.split(";") if one.strip())
            for one in before:
                await connection.execute(one)
            return str(await connection.fetchval(last))
        finally:
            await connection.close()

    async def audit(self, ledger: Path | None = None) -> Findings:
        async def mailbox() -> Sequence[Receipt]:
            return self.receipts

        return await audit(System(self.settings, mailbox), within=0, ledger_file=ledger)


@dataclass(slots=True)
class Day:
    """What the day left behind. `request` was booked, `withdrawn` was not wanted any more."""

    clinic: Clinic
    ledger: list[dict[str, str]]
    request: str
    withdrawn: str
    session_id: str

    @asynccontextmanager
    async def copy(self) -> AsyncIterator[Copy]:
        name = f"copy_{uuid7().hex}"
        server = await asyncpg.connect(self.clinic.postgres.dsn())
        try:
            await server.execute(f"create database {name} template {DATABASE} strategy file_copy")
            receipts = list(await kept_in(self.clinic.mail.store)())
            yield Copy(settings_of(self.clinic, name), receipts)
        finally:
            await server.execute(f"drop database if exists {name} with (force)")
            await server.close()


def settings_of(clinic: Clinic, database: str = DATABASE) -> Settings:
    return Settings(
        environment="demo",
        database_url=SecretStr(in_database(clinic.postgres.dsn(), database)),
        kafka_bootstrap_servers=[clinic.broker.bootstrap],
        kafka_broker_kind=clinic.broker.kind.name,
    )


async def play(clinic: Clinic) -> Day:
    """Booked and confirmed, withdrawn, put on the waiting list; a risk that is taken; a session done and asked about, one
    cancelled; somebody without e-mail; two who fill in page by page; a change of staff; a record that nobody can read."""
    async with Browser(clinic.addresses.public_url) as visitor, Browser(clinic.addresses.public_url) as desk:
        await sign_in(desk)
        booked, withdrawn = await ask(visitor), await ask(visitor)
        await scheduled(visitor, booked)
        await scheduled(visitor, withdrawn)
        await clinic.quiet()
        await patient.come(visitor, booked.request)
        await patient.withdraw(visitor, withdrawn.request)
        await ask_by_phone_only(visitor)
        await take_a_risk(clinic, visitor, desk)
        session = await staff.enter_paper_session(desk, booked.request, SystemClock().now(), ZONE)
        await staff.record_session(desk, session, ZONE)
        await cancel(desk, (await staff.book_session(desk, booked.request, SystemClock().now(), ZONE)).path)
        await change_somebody(clinic)
        await fill_in_page_by_page(clinic)
        await put_on_the_waiting_list(clinic, visitor)
        await put_something_broken_into_kafka(clinic)
        await eventually(lambda: clinic.rows("select from intake.questionnaire"))
        findings = await clinic.audit()
        assert not findings.violated, findings
    await clinic.close()
    references = (booked.request.reference, withdrawn.request.reference)
    return Day(clinic, await ledger_of(clinic, *references), *references, session.path.rpartition("/")[2])


async def ask_by_phone_only(visitor: Browser) -> None:
    body = {"name": "Ada", "mobile": "+13035550187", "reasons": ["anxiety"], "consents": ["contact-sms-1"]}
    await visitor.post_json("/api/consultation-requests", body, str(uuid7()))


async def take_a_risk(clinic: Clinic, visitor: Browser, desk: Browser) -> None:
    body = {
        "name": "Ines",
        "email": "ines.at.risk@example.com",
        "reasons": ["suicidal-ideation"],
        "consents": ["contact-email-1"],
    }
    await visitor.post_json("/api/consultation-requests", body, str(uuid7()))
    await eventually(lambda: clinic.rows("select from notifications.inbox_item where kind = 'risk'"))
    inbox = await desk.open("/staff/inbox?view=risk")
    await desk.send(inbox.form(action="/acknowledge"))


async def fill_in_page_by_page(clinic: Clinic) -> None:
    """One in danger who does not send it, and one who does and is booked, because nothing stands against it."""
    passwords = {
        "database_password": SecretStr(clinic.secrets.database_passwords["intake"]),
        "keyring_url": SecretStr(in_database(clinic.postgres.dsn(), KEYRING_DATABASE)),
        "keyring_password": SecretStr(clinic.secrets.keyring_password),
        "keyring_master_key": SecretStr(clinic.secrets.keyring_master_key),
    }
    settings, clock = settings_of(clinic).model_copy(update=passwords), SystemClock()
    database, keyring = await Database.open(settings, "intake"), await Keyring.open(settings, clock)
    door = Door(settings.clinic, clinic.addresses.public_url)
    index = BlindIndex(secret_bytes(clinic.secrets.sealing_keys["intake"], "SEALING_KEY"), "intake")
    answers = {item.id: next(one for one in Answer if not item.weighs.of(one).awaits) for item in shipped_rules().items}
    whole = {
        "name": {"name": ("Jo",)},
        "born": {"born": ("1984-07-19",)},
        "contact": {"email": ("page.by.page@example.com",), "consents": ("contact-email-1",)},
        "reasons": {"reasons": ("anxiety",)},
        "health-all": {name: (answer,) for name, answer in answers.items()},
    }
    for pages in ({"safety": {"safety": ("yes",)}}, whole):
        cipher = await keyring.newcomer()
        async with database.transaction() as tx:
            token = await begin_request(tx, cipher, door, "en")
            for slug, values in pages.items():
                await save_page(tx, token, cipher, slug, values, 0)
        if pages is whole:
            async with database.transaction() as tx:
                await pause_request(tx, token, cipher, door, index, timedelta(days=30))
            async with database.transaction() as tx:
                await send_draft(tx, token, cipher, door)
    await keyring.close()
    await database.close()


async def cancel(desk: Browser, session: str) -> None:
    page = await desk.open(session)
    await desk.send(page.form(action="/cancellation").fill(reason="equipment"))


async def change_somebody(clinic: Clinic) -> None:
    """Twice, so that one thing has spoken three times on one topic."""
    passwords = {"database_password": SecretStr(clinic.secrets.database_passwords["notifications"])}
    database = await Database.open(settings_of(clinic).model_copy(update=passwords), "notifications")
    (somebody,) = await clinic.rows("select id, clinic_id from notifications.staff where roles = '{nurse}' limit 1")
    for roles in ([Role.NURSE, Role.CLINICIAN], [Role.NURSE, Role.FRONT_DESK]):
        async with database.transaction() as tx:
            await change_roles(tx, somebody["clinic_id"], somebody["id"], roles)
    await database.close()


async def put_on_the_waiting_list(clinic: Clinic, visitor: Browser) -> None:
    """Nobody sees patients any more, so it stays there."""
    await clinic.rows("update scheduling.resource set active = false where kind = 'clinician'")
    waiting = await ask(visitor)
    await patient.wait_for(visitor, waiting.request, "waitlisted", PATIENCE)


async def put_something_broken_into_kafka(clinic: Clinic) -> None:
    async with AIOKafkaProducer(bootstrap_servers=clinic.broker.bootstrap, enable_idempotence=False) as producer:
        await producer.send_and_wait("consultation-requested", b"{broken", partition=0)

    async def buried_by_both() -> bool:
        return await clinic.dead_letters() == 2

    await eventually(buried_by_both)


async def ledger_of(clinic: Clinic, booked: str, withdrawn: str) -> list[dict[str, str]]:
    """What a client of this day would have written down, with the keys that the services remember."""
    (form,) = await clinic.rows("select key from scheduling.idempotency order by created_at limit 1")
    (asked,) = await clinic.rows(
        """select key from intake.idempotency
             join intake.consultation_request on requested_at = created_at where reference = $1""",
        booked,
    )
    (session,) = await clinic.rows("select id from scheduling.session where state = 'completed'")
    session_id = str(session["id"])
    return [
        {"key": asked["key"], "command": "request", "outcome": "unknown"},
        {"key": asked["key"], "command": "request", "outcome": "ok", "reference": booked},
        {"key": "refused", "command": "request", "outcome": "failed"},
        {"key": "nobody-knows", "command": "request", "outcome": "unknown"},
        {"key": "w", "command": "withdrawal", "outcome": "ok", "reference": withdrawn},
        {"key": form["key"], "command": "session", "outcome": "ok", "session_id": session_id},
        {"key": "r", "command": "record", "outcome": "ok", "session_id": session_id},
    ]


def written(folder: Path, lines: Sequence[dict[str, str]]) -> Path:
    file = folder / "ledger.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file
