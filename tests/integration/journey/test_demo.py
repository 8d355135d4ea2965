"""The whole product as a newcomer starts it: up, the demo through the front door, the operator's questions, Ctrl-C."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from operations.stack.home import Home, Running
from tests.held_ports import held_ports

CHAIRSIDE = (sys.executable, "-m", "operations.main")
START_BOUND, COMMAND_BOUND = 120.0, 150.0


@dataclass(slots=True)
class Up:
    """A running `chairside up`, and its other commands beside it."""

    process: asyncio.subprocess.Process
    home: Home
    running: Running

    async def command(self, *words: str) -> tuple[int, str]:
        """Exit status and standard output."""
        command = await asyncio.create_subprocess_exec(
            *CHAIRSIDE,
            *words,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "CHAIRSIDE_HOME": str(self.home.folder)},
        )
        said, _ = await asyncio.wait_for(command.communicate(), COMMAND_BOUND)
        return command.returncode or 0, said.decode()


async def start(home: Home) -> Up:
    with held_ports(1) as (port,):
        process = await asyncio.create_subprocess_exec(
            *CHAIRSIDE, "up", "--port", str(port), "--home", str(home.folder), stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(START_BOUND):
            while (running := home.running()) is None or running.pid != process.pid:
                assert process.returncode is None, "chairside up ended by itself"
                await asyncio.sleep(0.1)
    return Up(process, home, running)


@pytest.fixture(scope="module")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Up]:
    up = await start(Home(tmp_path_factory.mktemp("up") / "home"))
    yield up
    if up.process.returncode is None:
        up.process.send_signal(signal.SIGINT)
        await asyncio.wait_for(up.process.wait(), 60)


@pytest.fixture(scope="module")
async def played(up: Up) -> dict[str, list[dict[str, object]]]:
    """The timelines of one demo, by reference; without the questions about it, which are made within seconds after it."""
    status, said = await up.command("demo", "--json")
    assert status == 0
    return {
        reference: [happening for happening in timeline if happening["event"] != "scales-due"]
        for reference, timeline in json.loads(said)["timelines"].items()
    }


def once(names: Iterable[object]) -> list[object]:
    """In order, each the first time: who was given a time on another day is moved to today, which is said, too."""
    return list(dict.fromkeys(names))


async def test_the_demo_names_what_was_said_and_everybody_heard_it(played):
    happened = [once(happening["event"] for happening in timeline) for timeline in played.values()]

    assert happened == [
        [
            "consultation-requested",
            "consultation-scheduled",
            "attendance-confirmed",
            "consultation-completed",
            "session-scheduled",
            "session-completed",
        ],
        ["consultation-requested", "consultation-scheduled", "consultation-withdrawn", "consultation-cancelled"],
    ]
    for timeline in played.values():
        for happening in timeline:
            assert happening["in_kafka_after_ms"] is not None
            assert happening["heard_after_ms"]


async def test_an_operator_can_ask_what_happened_to_a_reference(up, played):
    reference = next(iter(played))

    status, said = await up.command("trace", reference, "--json")

    assert status == 0
    events = json.loads(said)["events"]
    said_of_it = once(one["said"]["topic"] for one in events)
    assert said_of_it[:6] == once(one["event"] for one in played[reference])
    requested, scheduled, *_ = events
    assert scheduled["said"]["caused_by"] == requested["said"]["event_id"]


async def test_a_reference_that_nobody_has_is_answered_with_a_sentence(up):
    status, said = await up.command("trace", "TSC-ZZZZZZ")

    assert status != 0
    assert said == ""


async def test_nothing_became_a_dead_letter(up, played):
    status, said = await up.command("dead-letters", "list", "--json")

    assert status == 0
    assert json.loads(said) == []


async def test_every_service_is_ready_and_its_events_flow(up, played):
    ports = [listening for process in serving(up) for listening in ports_of(process)]
    assert len(ports) == 3
    async with httpx.AsyncClient(timeout=60) as client:
        for port in ports:
            for path in ("/livez", "/readyz", "/health/messaging"):
                assert (await client.get(f"http://127.0.0.1:{port}{path}")).status_code == 200


async def test_ctrl_c_leaves_no_process_and_a_second_start_finds_the_data(up, played, tmp_path: Path):
    below = psutil.Process(up.process.pid).children(recursive=True)
    assert below

    up.process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(up.process.wait(), 60) == 0
    assert [child for child in below if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []

    again = await start(up.home)
    try:
        reference, before = next(iter(played.items()))
        status, said = await again.command("trace", reference, "--json")
        assert status == 0
        assert {one["event"] for one in before} <= {one["said"]["topic"] for one in json.loads(said)["events"]}
    finally:
        again.process.send_signal(signal.SIGINT)
        await asyncio.wait_for(again.process.wait(), 60)


def serving(up: Up) -> list[psutil.Process]:
    children = psutil.Process(up.process.pid).children(recursive=True)
    return [child for child in children if "serve" in child.cmdline()]


def ports_of(process: psutil.Process) -> list[int]:
    return [one.laddr.port for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
