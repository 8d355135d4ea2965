"""The broker is away under load: requests are accepted all the while, and once it is back everything flows."""

import json
from pathlib import Path

import pytest

from benchmarks.load import load as many_requests
from tests.faults.measures import LogLines, heard_after
from tests.faults.told_to_come_back import ASKED
from tests.faults.under_fire import DRAINED_WITHIN, assert_kept

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

REQUESTS = 200
"""A second, besides the clinic's day."""
MAIL_RATE = 20
"""E-mails a second that go at least: one for each request."""
LINES = 600
"""That one process may write in a minute without broker, whatever its libraries complain about."""


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(ASKED | {"email": "ines.########@example.com"}))
    return path


@pytest.mark.parametrize(
    ("seconds", "rate"),
    [
        pytest.param(5, 40, marks=pytest.mark.faults_short),
        pytest.param(60, REQUESTS, marks=pytest.mark.faults_long),
    ],
)
async def test_requests_are_accepted_and_then_everything_flows(replicated, load, say, request_file, seconds, rate):
    lines = LogLines(replicated)

    async with load.running(), replicated.without_broker():
        async with many_requests(
            replicated.addresses.door_port, "/api/consultation-requests", request_file, rate=rate, seconds=seconds
        ) as sent:
            answers = await sent
        written = lines.most()
    heard = await heard_after(replicated, DRAINED_WITHIN)

    await assert_kept(
        replicated,
        load,
        say,
        within=DRAINED_WITHIN + seconds * rate / MAIL_RATE,
        seconds_away=seconds,
        accepted=answers.statuses.get("201", 0),
        not_accepted=answers.refused,
        all_heard=heard,
        log_lines=written,
    )
    assert answers.refused == 0
    assert written <= LINES
