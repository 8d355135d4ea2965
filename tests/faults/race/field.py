"""The field of racers: processes of several clients each, killed with -9 at any moment, and replaced at once.

`python -m tests.faults.race.field` reads a `Race` as JSON from its input, runs it, and prints how many it has killed. The
racers are forked from it with everything imported, so that a death costs milliseconds.
"""

import asyncio
import json
import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from uuid import UUID

from shared.clock import FixedClock
from shared.database import Database
from shared.settings import Settings
from tests.conftest import NOON
from tests.faults.race.doom import AFTER_COMMIT, BEFORE_COMMIT, Dooms
from tests.faults.race.judge import remember_every_look
from tests.faults.race.racer import Racer

_COUNT = struct.Struct("q")
BETWEEN_DEATHS = 20
"""Attempts at least: on a busy machine a race would otherwise be nothing but deaths."""


@dataclass(frozen=True, slots=True)
class Race:
    """`attempts` in all; about `kill_every` seconds between two deaths of a process, never when it is 0. Every other one is
    blind, the others fall on either side of a commit that bookings share (doom.py)."""

    seed: int
    dsn: str
    journals: str
    patients: list[str]
    attempts: int
    processes: int = 8
    clients_of_a_process: int = 4
    kill_every: float = 0.0

    def as_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()


class Counters:
    """Attempts of each place in the field, in memory that all its processes share."""

    def __init__(self, places: int) -> None:
        self._memory = mmap.mmap(-1, places * _COUNT.size)
        self._places = places

    def add(self, place: int) -> None:
        """Only the one process of that place may."""
        (count,) = _COUNT.unpack_from(self._memory, place * _COUNT.size)
        _COUNT.pack_into(self._memory, place * _COUNT.size, count + 1)

    def total(self) -> int:
        return sum(_COUNT.unpack_from(self._memory, place * _COUNT.size)[0] for place in range(self._places))


def run(race: Race) -> tuple[int, int]:
    """How many processes were killed blindly, and how many around a shared commit.

    Returns when all attempts were made and nobody runs any more.
    """
    chance, counters, dooms = Random(race.seed), Counters(race.processes), Dooms(race.processes)
    generation, killed, fulfilled = 0, 0, 0
    running: dict[int, int] = {}
    deadline, last = _next(chance, race.kill_every), 0
    try:
        while True:
            while counters.total() < race.attempts and len(running) < race.processes:
                place = next(place for place in range(race.processes) if place not in running.values())
                running[_fork(race, place, generation, counters, dooms)] = place
                generation += 1
            if not running:
                return killed, fulfilled
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if (place := running.pop(ended, None)) is not None:
                fulfilled += dooms.died_there(place)
                dooms.spare(place)
            made = counters.total()
            if race.kill_every and time.monotonic() > deadline and last + BETWEEN_DEATHS <= made < race.attempts:
                if chance.randrange(2):
                    dooms.doom(chance.randrange(race.processes), chance.choice((BEFORE_COMMIT, AFTER_COMMIT)))
                else:
                    os.kill(chance.choice(sorted(running)), signal.SIGKILL)
                    killed += 1
                deadline, last = _next(chance, race.kill_every), made
            time.sleep(0.01)
    finally:
        for pid in running:
            os.kill(pid, signal.SIGKILL)


def _next(chance: Random, every: float) -> float:
    return time.monotonic() + chance.uniform(0.5, 1.5) * every


def _fork(race: Race, place: int, generation: int, counters: Counters, dooms: Dooms) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        asyncio.run(_clients(race, place, generation, counters, dooms))
    except BaseException as error:
        print(f"racer {place}.{generation} stumbled: {error!r}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


async def _clients(race: Race, place: int, generation: int, counters: Counters, dooms: Dooms) -> None:
    settings = Settings(environment="development", database_url=race.dsn, database_pool_size=race.clients_of_a_process)  # type: ignore[call-arg]
    database = await Database.open(settings, "scheduling", FixedClock(NOON))
    dooms.fulfil(place, database)
    journal = os.open(Path(race.journals) / f"{place}.{generation}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def goes_on() -> bool:
        return counters.total() < race.attempts

    await asyncio.gather(
        *(
            _race(
                Racer(
                    f"{place}.{generation}.{client}",
                    database,
                    Random(f"{race.seed}.{place}.{generation}.{client}"),
                    journal,
                    [UUID(patient) for patient in race.patients],
                ),
                goes_on,
                lambda: counters.add(place),
            )
            for client in range(race.clients_of_a_process)
        )
    )
    await database.close()


async def _race(racer: Racer, goes_on: Callable[[], bool], count: Callable[[], None]) -> None:
    while goes_on():
        before = racer.attempts
        await racer.step()
        for _ in range(racer.attempts - before):
            count()


if __name__ == "__main__":
    remember_every_look()
    print(json.dumps(run(Race(**json.load(sys.stdin)))))
