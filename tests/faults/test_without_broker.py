"""The broker is away under load: requests are accepted all the while, and once it is back everything flows."""

import asyncio
import json
from pathlib import Path

import pytest

from benchmarks.load import load as many_requests
from operations.player import patient
from operations.player.browser import Browser
from tests.faults.clinic import Clinic
from tests.faults.load import Load
from tests.faults.measures import LogLines, heard_after
from tests.faults.under_fire import DRAINED_WITHIN, RATE, assert_kept

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

REQUESTS = 200
"""A second, besides the clinic's day."""
LINES = 600
"""That one process may write in a minute without broker, whatever its libraries complain about."""


@pytest.mark.parametrize(
    ("seconds", "rate"),
    [
        pytest.param(10, 40, marks=pytest.mark.faults_short),
        pytest.param(60, REQUESTS, marks=pytest.mark.faults_long),
    ],
)
async def test_requests_are_accepted_and_then_everything_flows(
    replicated, seed, say, tmp_path: Path, seconds, rate
):
    load = Load(replicated.addresses.public_url, replicated.ledger, rate=RATE, seed=seed)
    body, lines = await _a_request(replicated, tmp_path / "request.json"), LogLines(replicated)

    async with load.running():
        async with replicated.without_broker():
            async with many_requests(
                replicated.addresses.door_port, "/api/consultation-requests", body, rate=rate, seconds=seconds
            ) as sent:
                answers = await sent
            written = lines.most()
    heard = await heard_after(replicated, DRAINED_WITHIN)

    await assert_kept(
        replicated,
        load,
        say,
        seconds_away=seconds,
        accepted=answers.statuses.get("201", 0),
        not_accepted=answers.refused,
        all_heard=heard,
        log_lines=written,
    )
    assert answers.refused == 0
    assert written <= LINES


async def _a_request(clinic: Clinic, path: Path) -> Path:
    async with Browser(clinic.addresses.public_url) as browser:
        form = await browser.json("/api/consultation-requests/form")
    path.write_text(json.dumps(patient.filled_in(form, "Ines Marchetti", "ines.m@example.com", ("depression",))))
    return path
