"""kill -9 around the commit of an answer: what was acknowledged is there, and an answer never without its risk."""

import asyncio
import multiprocessing
import signal
from contextlib import suppress

import pytest

from tests.integration.intake.answering_process import answer_pages
from tests.integration.intake.conftest import Intake
from tests.integration.intake.guided import Walk


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
        target=answer_pages, args=(intake.app.state.settings, walk.token, walk.cipher.patient_id, intake.clock, say)
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
