"""kill -9 around the commit of an answer: what was acknowledged is there, and an answer never without its risk."""

import asyncio
import multiprocessing
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from uuid import UUID

import pytest

from services.intake.use_cases.save_page import save_page
from shared.clock import FixedClock
from shared.database import Database
from shared.keyring import Keyring
from shared.messaging.cause import Cause, because_of
from shared.settings import Settings
from tests.conftest import NOON
from tests.integration.intake.conftest import Intake
from tests.integration.intake.guided import Walk

PAGES = {"reasons": "depression", "phq-9-9": "2", "screener-wish": "yes"}


def answer_pages(settings: Settings, token: str, patient_id: UUID, acknowledged: Connection) -> None:
    asyncio.run(_answer_pages(settings, token, patient_id, acknowledged))


async def _answer_pages(settings: Settings, token: str, patient_id: UUID, acknowledged: Connection) -> None:
    """As a process that serves, until it dies; each page is acknowledged when its transaction has ended."""
    clock = FixedClock(NOON)
    database, keyring = await Database.open(settings, "intake", clock), await Keyring.open(settings, clock)
    cipher = await keyring.cipher(patient_id)
    for slug, value in PAGES.items():
        with because_of(Cause.new()):
            async with database.transaction() as tx:
                await save_page(tx, token, cipher, slug, {slug: (value,)}, 0)
        acknowledged.send(slug)


@pytest.mark.parametrize(
    ("point", "kept"),
    [
        ("before_command_commit", ["reasons"]),
        ("after_command_commit", ["reasons", "phq-9-9"]),
        ("before_command_commit:2", ["reasons", "phq-9-9"]),
        ("after_command_commit:2", ["reasons", "phq-9-9", "screener-wish"]),
    ],
)
async def test_what_was_acknowledged_is_kept_and_each_answer_with_its_risk(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, point: str, kept: list[str]
):
    walk = await Walk.begin(intake)
    monkeypatch.setenv("CRASH_AT", point)
    acknowledged, say = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=answer_pages, args=(intake.app.state.settings, walk.token, walk.cipher.patient_id, say)
    )
    process.start()
    say.close()
    await asyncio.to_thread(process.join)

    heard = []
    with suppress(EOFError):
        while True:
            heard.append(acknowledged.recv())
    assert process.exitcode == -signal.SIGKILL
    assert list((await walk.answers()).pages) == kept
    assert heard == kept[: len(heard)]
    levels = ["unassessed", "low"][: len(kept) - 1]
    assert [event["level"] for _, event in await intake.said()] == levels
    assert [row["level"] for row in await intake.rows("select level from risk_flag order by raised_at, id")] == levels
