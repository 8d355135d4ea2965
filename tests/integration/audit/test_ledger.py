"""What clients were told, against what is there."""

import pytest

from operations.auditing.system import CannotLook
from tests.integration.audit.played import written

TOLD_WRONG = {
    "a request that nobody kept was acknowledged": (
        {"key": "lost", "command": "request", "outcome": "ok", "reference": "TSC-LST234"},
        "ledger: a request that was acknowledged",
    ),
    "a session that nobody kept was acknowledged": (
        {
            "key": "lost",
            "command": "session",
            "outcome": "ok",
            "session_id": "0193b3a0-0000-7000-8000-000000000000",
        },
        "ledger: a session that was booked",
    ),
    "a record that nobody kept was acknowledged": (
        {
            "key": "lost",
            "command": "record",
            "outcome": "ok",
            "session_id": "0193b3a0-0000-7000-8000-000000000000",
        },
        "ledger: a session whose record",
    ),
}


@pytest.mark.parametrize("name", TOLD_WRONG)
async def test_what_was_acknowledged_must_be_there(copy, tmp_path, name):
    line, words = TOLD_WRONG[name]

    findings = await copy.audit(written(tmp_path, [line]))

    (broken,) = findings.broken()
    assert (broken.invariant, broken.checked) == ("I1", 1)
    assert broken.words.startswith(words)
    assert broken.examples == (line.get("reference") or line["session_id"],)


async def test_a_withdrawal_that_was_acknowledged_must_be_there(day, copy, tmp_path):
    told = {"key": "w", "command": "withdrawal", "outcome": "ok", "reference": day.request}

    findings = await copy.audit(written(tmp_path, [told]))

    assert [one.examples for one in findings.broken()] == [(day.request,)]


async def test_what_was_refused_must_not_be_there(day, copy, tmp_path):
    refused = [
        {**day.ledger[1], "outcome": "failed"},
        {"key": "w", "command": "withdrawal", "outcome": "failed", "reference": day.withdrawn},
        {"key": "r", "command": "record", "outcome": "failed", "session_id": day.session_id},
    ]

    findings = await copy.audit(written(tmp_path, refused))

    assert {one.examples for one in findings.broken()} == {(day.request,), (day.withdrawn,), (day.session_id,)}


async def test_one_acknowledged_withdrawal_outweighs_others_that_were_refused(day, copy, tmp_path):
    told = [
        {"key": "1", "command": "withdrawal", "outcome": "failed", "reference": day.withdrawn},
        {"key": "2", "command": "withdrawal", "outcome": "ok", "reference": day.withdrawn},
    ]

    findings = await copy.audit(written(tmp_path, told))

    assert findings.kept, findings


async def test_a_line_that_was_being_written_when_its_writer_died_counts_for_nothing(day, copy, tmp_path):
    file = written(tmp_path, day.ledger)
    with file.open("a") as half:
        half.write('{"key": "lost", "command": "request", "outc')

    findings = await copy.audit(file)

    assert findings.kept, findings


async def test_a_command_nobody_knows_how_to_check_stops_the_audit(copy, tmp_path):
    with pytest.raises(CannotLook, match="line 1: command is one of"):
        await copy.audit(written(tmp_path, [{"key": "x", "command": "discharge", "outcome": "ok"}]))
