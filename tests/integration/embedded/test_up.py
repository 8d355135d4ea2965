"""`chairside up` as a process: what comes up, what is said, and that nothing stays behind. Services are stand-ins."""

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from operations.embedded.postgres import EmbeddedPostgres

PROGRAM = Path(__file__).with_name("up_with_stand_ins.py")
READY = "Ctrl-C stops everything."


class Up:
    """One running `up`, and every process below it that was ever seen."""

    def __init__(self, process, home):
        self.process, self.home, self.said, self.seen = process, home, "", {}

    async def hear(self, words, seconds=120):
        async with asyncio.timeout(seconds):
            while words not in self.said:
                line = await self.process.stdout.readline()
                assert line, f"ended without saying {words!r}:\n{self.said}"
                self.said += line.decode()
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                self.seen[child.pid] = child

    async def get(self, path="", of="url"):
        async with httpx.AsyncClient(timeout=60) as browser:
            return await browser.get(self.running[of] + path)

    @property
    def running(self):
        return json.loads((self.home / "running.json").read_text())

    def recorded(self, name):
        entries = json.loads((self.home / "processes.json").read_text())
        return next(entry["pid"] for entry in entries if entry["name"] == name)

    async def ended(self, seconds=120):
        async with asyncio.timeout(seconds):
            self.said += (await self.process.stdout.read()).decode()
            return await self.process.wait()

    def survivors(self, seconds=60):
        _, alive = psutil.wait_procs(list(self.seen.values()), timeout=seconds)
        return [" ".join(process.cmdline()[:6]) for process in alive if process.is_running()]


@asynccontextmanager
async def up(home, **environment):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        str(home),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "COLUMNS": "200", **environment},
    )
    started = Up(process, home)
    try:
        yield started
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        for child in started.seen.values():
            with suppress(psutil.NoSuchProcess):
                child.kill()


@pytest.fixture
def home(tmp_path):
    yield tmp_path / "home"
    EmbeddedPostgres(tmp_path / "home" / "postgres").delete()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_everything_is_and_leaves_no_process(home, sign):
    async with up(home) as first:
        await first.hear(READY)
        for path, service in (("/", "intake"), ("/a/x", "scheduling"), ("/staff", "notifications")):
            assert (await first.get(path)).text == f"{service} {path}"
        assert (await first.get(of="mail_url")).status_code == 200
        for word in (first.running["url"], first.running["mail_url"], first.running["staff_email"], "embedded parts"):
            assert word in first.said
        first.process.send_signal(sign)
        assert await first.ended() == 0
        assert first.survivors() == []


async def test_a_second_start_says_where_the_first_runs(home):
    async with up(home) as first:
        await first.hear(READY)
        async with up(home) as second:
            assert await second.ended() == 1
            assert f"Already running at {first.running['url']}" in second.said
        assert (await first.get("/health")).status_code == 200


async def test_secrets_are_made_once_and_are_nobody_elses(home):
    kept = []
    for _ in range(2):
        async with up(home) as started:
            await started.hear(READY)
            file = home / "secrets.json"
            kept.append(file.read_text())
            assert file.stat().st_mode & 0o777 == 0o600
            started.process.send_signal(signal.SIGTERM)
            await started.ended()
    assert kept[0] == kept[1]


async def test_a_child_that_hears_nothing_is_ended_all_the_same(home):
    async with up(home, STAND_IN_SCHEDULING="deaf") as started:
        await started.hear(READY)
        started.process.send_signal(signal.SIGINT)
        assert await started.ended() == 0
        assert started.survivors() == []


async def test_after_a_kill_everything_ends_by_itself_and_the_next_start_works(home):
    async with up(home) as killed:
        await killed.hear(READY)
        killed.process.kill()
        await killed.process.wait()
        assert killed.survivors() == []
        async with up(home) as next_one:
            await next_one.hear(READY)


async def test_after_a_kill_a_deaf_child_is_ended_by_the_next_start(home):
    async with up(home, STAND_IN_INTAKE="deaf") as killed:
        await killed.hear(READY)
        deaf = killed.recorded("intake")
        killed.process.kill()
        await killed.process.wait()
        await asyncio.to_thread(psutil.wait_procs, [p for pid, p in killed.seen.items() if pid != deaf], 60)
        assert psutil.pid_exists(deaf)
        async with up(home) as next_one:
            await next_one.hear(READY)
            assert "left behind: intake" in next_one.said
            assert killed.survivors() == []


async def test_a_service_that_dies_is_said_and_started_again(home):
    async with up(home) as started:
        await started.hear(READY)
        before = started.recorded("notifications")
        os.kill(before, signal.SIGKILL)
        await started.hear("notifications has ended; starting it again")
        await started.hear("notifications is back")
        assert started.recorded("notifications") != before
        assert (await started.get("/staff")).text == "notifications /staff"


async def test_a_service_that_cannot_start_is_explained_and_nothing_stays(home):
    async with up(home, STAND_IN_SCHEDULING="failing") as started:
        await started.hear("this service has no heart for it")
        assert await started.ended() == 1
        assert started.survivors() == []


async def test_postgres_that_was_killed_comes_back(home):
    async with up(home) as started:
        await started.hear(READY)
        server = next(pid for pid, child in started.seen.items() if "-D" in child.cmdline())
        os.kill(server, signal.SIGKILL)
        await started.hear("PostgreSQL has ended; starting it again")
        await started.hear("PostgreSQL is back")
        assert (await started.get("/staff")).text == "notifications /staff"
