"""A process that saves answers as one that serves does, until it dies. Light to import: each death costs a start."""

import asyncio
from multiprocessing.connection import Connection
from uuid import UUID

from services.intake.use_cases.save_page import save_page
from shared.clock import FixedClock
from shared.database import Database
from shared.keyring import Keyring
from shared.messaging.cause import Cause, because_of
from shared.settings import Settings

PAGES = {"reasons": "depression", "phq-9-9": "2", "screener-wish": "yes"}


def answer_pages(settings: Settings, token: str, patient_id: UUID, clock: FixedClock, acknowledged: Connection) -> None:
    """Each page is acknowledged when its transaction has ended."""
    asyncio.run(_answer_pages(settings, token, patient_id, clock, acknowledged))


async def _answer_pages(
    settings: Settings, token: str, patient_id: UUID, clock: FixedClock, acknowledged: Connection
) -> None:
    database, keyring = await Database.open(settings, "intake", clock), await Keyring.open(settings, clock)
    cipher = await keyring.cipher(patient_id)
    for slug, value in PAGES.items():
        with because_of(Cause.new()):
            async with database.transaction() as tx:
                await save_page(tx, token, cipher, slug, {slug: (value,)}, 0)
        acknowledged.send(slug)
