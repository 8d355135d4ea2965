"""A process is ended only when it is proven to be ours: same id, same start, same command."""

import json
import subprocess
import sys
import time
from dataclasses import asdict, replace

import psutil
import pytest

from operations.stack.process_record import ProcessRecord, Recorded

COMMAND = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def sleeper():
    process = subprocess.Popen(COMMAND, start_new_session=True)
    deadline = time.monotonic() + 60
    while psutil.Process(process.pid).cmdline() != COMMAND:  # the kernel shows it a moment after the start
        assert time.monotonic() < deadline
    yield process
    process.kill()
    process.wait()


def recorded(process):
    return Recorded("sleeper", process.pid, psutil.Process(process.pid).create_time(), COMMAND)


def test_the_process_itself_is_recognised(sleeper):
    assert recorded(sleeper).process() is not None


@pytest.mark.parametrize(
    "change",
    [
        {"started": 1.0},
        {"command": ["/usr/bin/postgres", "-D", "/data"]},
        {"pid": 2**22 - 1},
    ],
)
def test_another_process_under_the_same_number_is_not(sleeper, change):
    assert replace(recorded(sleeper), **change).process() is None


def test_what_was_left_behind_is_ended_and_told(sleeper, tmp_path):
    record = ProcessRecord(tmp_path / "processes.json")
    record.add("sleeper", sleeper.pid, COMMAND)
    assert ProcessRecord(tmp_path / "processes.json").end_leftovers() == ["sleeper"]
    assert sleeper.poll() is not None


def test_a_stranger_in_the_file_is_left_alone(sleeper, tmp_path):
    path = tmp_path / "processes.json"
    path.write_text(json.dumps([asdict(replace(recorded(sleeper), started=1.0))]))
    assert ProcessRecord(path).end_leftovers() == []
    assert sleeper.poll() is None


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"pid": 1}]'])
def test_a_file_that_was_cut_short_is_an_empty_one(tmp_path, content):
    path = tmp_path / "processes.json"
    path.write_text(content)
    assert ProcessRecord(path).end_leftovers() == []
